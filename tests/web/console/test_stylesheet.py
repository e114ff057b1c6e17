"""Bootstrap, cut down to what the pages can meet."""

from app.web.console.stylesheet import bootstrap_sheet


def test_the_sheet_holds_what_the_pages_name_and_nothing_of_what_they_do_not():
    sheet = bootstrap_sheet()
    for known in (".btn{", ".form-select", ".visually-hidden", "*,::after,::before{box-sizing:border-box}"):
        assert known in sheet
    for strange in (".carousel", ".accordion", ".modal", "@keyframes", "/*!"):
        assert strange not in sheet
    assert len(sheet) < 60_000
    assert sheet.count("{") == sheet.count("}")


def test_strangers_may_have_it_and_a_browser_fetches_it_once(stranger):
    first = stranger.get("/console/bootstrap.css")
    assert (first.status_code, first.mimetype) == (200, "text/css")
    again = stranger.get("/console/bootstrap.css", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
