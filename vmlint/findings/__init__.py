"""What is reported: findings, their places, and vmlint's own codes. Knows nothing of the other packages."""
