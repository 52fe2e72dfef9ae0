from tests.rules.forms import brief, judged, submission


def test_a_faultless_return_gives_no_finding():
    read = submission()
    assert read.findings == ()
    assert len(read.records) == 3 + 4 + 1 + 2 + 2 + 4
    assert brief(judged(read)) == []
