"""The sample district: content, returns with every known oddity, a generator of further returns and a mutation engine for laws.

Used by `tools/make_samples.py`, the tests and the benchmarks; it lives in the checkout only and imports nothing of the package, so
that what it says a return holds is independent of what the package reads from it.
"""
