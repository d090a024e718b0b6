"""What a person in front of the program sees, and the editor they write in."""
