"""Promises kept and broken (承诺履约): what bodies of government promised, by when, and what became of it."""
