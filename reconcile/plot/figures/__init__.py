"""Each figure has its file, named as its public function."""
