"""Real exports: the published figures come out, and every row is accounted for."""

import hashlib

import pytest

from helpers import load, lurkers, segment
from test_notebooks import NOTEBOOKS, run, shown

KEY = b"known" * 8


@pytest.fixture(scope="module")
def brand_page(shared_data):
    """Return the 500 posts of one brand's page (Moro, Rita & Vala 2016), loaded."""
    return load.load(shared_data / "public" / "facebook_metrics", key=KEY)


def test_facebook_posts_are_all_there(brand_page):
    """500 posts, mean reach 13,903.36; read = kept + set aside."""
    described = segment.posts(brand_page)
    assert 500 == len(described)
    assert 13_903.36 == pytest.approx(described["reached"].mean())
    assert (brand_page.receipt["read"] >= 500).any()


def test_facebook_silent_share(brand_page):
    """At the median post 87.83 % of the people reached did nothing at all."""
    assert 0.8783 == pytest.approx(segment.posts(brand_page)["silent_share"].median(), abs=5e-5)
    shares = lurkers.silent_share(brand_page)
    assert (0.8783, 0.8783) == pytest.approx((shares.low, shares.high), abs=5e-5)
    assert "measured" == shares.status


def test_facebook_audience_per_visible_act(brand_page):
    """46.5 people reached per like, comment or share at the median post; 65.5 in all."""
    depth = segment.depth(brand_page)
    assert (46.5, 65.5) == pytest.approx((depth.per_act_median, depth.per_act_pooled), abs=0.05)
    assert depth.engagements / (depth.interactions + depth.engagements) == pytest.approx(
        0.035, abs=5e-4
    )


def test_facebook_likes_track_reach_and_little_else(brand_page):
    """Likes rank posts as clickers do (.507), and hardly so with reach held fixed (.075)."""
    plain, held = segment.tracking(brand_page, "like", "click").table["correlation"]
    assert 0.507 == pytest.approx(plain, abs=5e-4)
    assert 0.075 == pytest.approx(held, abs=5e-4)
    reach = segment.tracking(brand_page, "like", "reached").table["correlation"][0]
    assert 0.645 == pytest.approx(reach, abs=1e-3)


@pytest.mark.kernel
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_notebook_runs_on_the_brand_page(shared_data, notebook, tmp_path):
    """The same figures stand in the notebooks' findings."""
    source = str(shared_data / "public" / "facebook_metrics")
    executed = run(notebook, tmp_path, source=source, timezone="", currency="")
    said = shown(executed)
    expected = {
        "01": ["500 rows read = 500 kept + 0 set aside", "no dates in these exports"],
        "03": ["Cannot tell whether posting moves sales"],
        "02": ["46.5 people at the median post, 65.5 in all", "0.51 plainly", "0.07 with reach"],
        "04": ["87.8 % did nothing that the platform counts"],
        "05": ["87.8 % did nothing that the platform counts"],
    }
    for sentence in expected.get(notebook.name[:2], []):
        assert sentence in said


@pytest.mark.kernel
@pytest.mark.parametrize("export", ["bluesky", "substack"])
@pytest.mark.parametrize("notebook", NOTEBOOKS[:2], ids=lambda path: path.stem)
def test_real_samples_run(shared_data, notebook, export, tmp_path):
    """Notebooks 01 and 02 run on the real samples of Bluesky and Substack."""
    source = shared_data / "exports" / export
    executed = run(notebook, tmp_path, source=str(source), timezone="")
    assert [] == [out for cell in executed for out in cell.outputs if out.output_type == "error"]


@pytest.mark.parametrize("export", ["bluesky", "substack", "_transcribed"])
def test_every_row_of_the_real_samples_is_accounted_for(shared_data, export):
    """Each file is in the receipt; rows read = kept + set aside; every setting aside has a why."""
    folder = shared_data / "exports" / export
    asked = {"timezone": "UTC", "currency": "EUR", "dates": "month first"}
    receipt = load.load(folder, key=KEY, **asked).receipt
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".zip"]
    digests = {hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    assert digests <= set(receipt["sha256"])
    assert receipt["read"].equals(receipt["kept"] + receipt["set_aside"])
    assert receipt.loc[receipt["set_aside"] > 0, "why"].map(bool).all()
    assert receipt.loc[receipt["format"] == "unknown", "why"].map(bool).all()
