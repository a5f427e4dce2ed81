from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from rollback_site.plotly_static import URL_PATH, PlotlyFinder


def test_the_chart_library_is_found_under_one_path():
    place = PlotlyFinder().find(URL_PATH)

    assert place is not None
    assert Path(place).stat().st_size > 1_000_000
    assert finders.find(URL_PATH) == place


@pytest.mark.parametrize(
    "path", ["plotly/widgetbundle.js", "plotly/datasets/iris.csv.gz", "plotly/../plotly/plotly.min.js", ""]
)
def test_nothing_else_of_the_wheel_is_exposed(path):
    finder = PlotlyFinder()

    assert finder.find(path) is None
    assert finder.find(path, find_all=True) == []


def test_collecting_takes_the_one_file_with_its_folder():
    collected = [(storage.prefix, path) for path, storage in PlotlyFinder().list([])]

    assert collected == [("plotly", "plotly.min.js")]
