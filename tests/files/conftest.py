import pytest


@pytest.fixture(autouse=True)
def files_folder(tmp_path, settings):
    """Files that are sent in a test are kept in its own folder."""
    settings.OMS_FILES = tmp_path / "kept"
