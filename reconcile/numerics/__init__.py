"""Arrays in, arrays out: rounding, cells of error laws, linear algebra, quadrature."""
