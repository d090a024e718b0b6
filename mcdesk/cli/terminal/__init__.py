"""What a person in front of the program sees, and how they are asked."""
