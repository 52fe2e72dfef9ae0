"""Region kinds: where a region's labels stand on a sheet, and what its cells mean once they are found.

`table` serves tables and matrices (a matrix is a table whose rows hold one record a band), `card` serves cards and prose blocks
(both are a label with an answer beside it).
"""
