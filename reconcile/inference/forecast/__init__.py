"""What a fit expects claims to say: mixtures, neighbouring numbers, habits of rounding."""
