from car_agent.fleet.log_tail import LogTail


class Sink:
    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> object:
        self.text += text
        return None

    def flush(self) -> None:
        pass


def test_the_newest_lines_are_kept_and_all_are_passed_on() -> None:
    """It should give whole lines within the size, and lose nothing for whoever reads the log."""
    out = Sink()
    subject = LogTail(100, out)
    for number in range(500):
        subject.write(f"line {number}\n")
    lines = subject.read().decode().splitlines()
    assert lines[-1] == "line 499"
    assert all(line.startswith("line ") for line in lines)
    assert 1 < len(subject.read()) <= 100
    assert len(out.text.splitlines()) == 500


def test_colours_are_left_out() -> None:
    """It should be plain text for a browser."""
    subject = LogTail(100, Sink())
    subject.write("\x1b[32mwell\x1b[0m\n")
    assert subject.read() == b"well\n"
