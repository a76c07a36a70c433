"""What users ask: a file is named as its public function."""
