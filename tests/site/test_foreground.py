from __future__ import annotations

from pathlib import Path

from rollback_site.foreground import Stumbles


def test_the_first_stop_of_a_program_is_told_with_its_log():
    assert "web stopped" in (said := Stumbles().sentence("web", "/log/web.log", at=0.0) or "")
    assert "/log/web.log" in said


def test_a_program_that_keeps_stopping_is_told_every_half_minute_and_not_more_often():
    stumbles = Stumbles()

    said = [stumbles.sentence("web", "/log/web.log", at=float(second)) for second in range(0, 61, 5)]

    assert [at * 5 for at, sentence in enumerate(said) if sentence] == [0, 30, 60]
    assert "7 times" in str(said[6])


def test_the_last_line_of_the_log_is_shown_when_a_program_keeps_stopping(tmp_path: Path):
    log = tmp_path / "web.log"
    log.write_text("Traceback\nModuleNotFoundError: No module named 'x'\n\n")
    stumbles = Stumbles()
    stumbles.sentence("web", str(log), at=0.0)

    assert "No module named 'x'" in str(stumbles.sentence("web", str(log), at=31.0))


def test_programs_are_counted_each_for_itself():
    stumbles = Stumbles()
    stumbles.sentence("web", "web.log", at=0.0)

    assert stumbles.sentence("beat", "beat.log", at=1.0)
