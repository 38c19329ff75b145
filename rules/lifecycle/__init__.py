"""What is still maintained, and until when."""
