"""What is reported: findings, their places, and vmlint's own codes. Imports no other package of vmlint."""
