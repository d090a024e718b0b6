"""Use cases, one file each: explicit collaborators and `now` in, frozen outcomes out."""
