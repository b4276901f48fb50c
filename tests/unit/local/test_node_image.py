"""What becomes of kind's own files on a node that is built from packages."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest

from inkwell_local import cluster, control_plane, image_archive, node_image, versions
from inkwell_local.image_archive import FileImage


def test_a_node_without_privileges_over_resources_sets_no_scores() -> None:
    text = (
        '[cri]\n  sandbox_image = "registry.k8s.io/pause:3.10"\n  restrict_oom_score_adj = false\n'
    )
    assert node_image.containerd_config(text) == (
        f'[cri]\n  sandbox_image = "registry.k8s.io/pause:{versions.PAUSE_TAG}"\n'
        "  restrict_oom_score_adj = true\n"
    )


def test_containerds_unit_sets_no_limits_and_imports_images() -> None:
    text = (
        "[Service]\nExecStart=/usr/local/bin/containerd\nLimitNOFILE=infinity\nTasksMax=infinity\n"
    )
    assert node_image.containerd_unit(text) == (
        "[Service]\nExecStart=/usr/local/bin/containerd\nExecStartPost=/kind/bin/import-images.sh\n"
    )


def test_containers_get_kinds_hook_and_no_limits() -> None:
    spec: dict[str, object] = {"process": {"rlimits": [1], "cwd": "/"}, "root": {}}
    assert node_image.base_spec(spec) == {
        "process": {"cwd": "/"},
        "root": {},
        "hooks": {"createContainer": [{"path": "/kind/bin/mount-product-files.sh"}]},
    }


def test_libraries_are_read_from_what_ldd_prints() -> None:
    listed = (
        "/usr/sbin/nft:\n"
        "\tlinux-vdso.so.1 (0x00007ffd)\n"
        "\tlibnftables.so.1 => /lib/x86_64-linux-gnu/libnftables.so.1 (0x00007f1)\n"
        "\t/lib64/ld-linux-x86-64.so.2 (0x00007f2)\n"
        "/usr/sbin/modprobe:\n"
        "\tlibnftables.so.1 => /lib/x86_64-linux-gnu/libnftables.so.1 (0x00007f1)\n"
    )
    assert control_plane.libraries(listed) == (
        "/lib/x86_64-linux-gnu/libnftables.so.1",
        "/lib64/ld-linux-x86-64.so.2",
    )


def test_an_absolute_link_in_a_root_means_the_roots_own_file(tmp_path: Path) -> None:
    (tmp_path / "etc/alternatives").mkdir(parents=True)
    (tmp_path / "usr/sbin").mkdir(parents=True)
    (tmp_path / "sbin").symlink_to("usr/sbin")
    (tmp_path / "usr/sbin/nft-multi").write_text("program")
    (tmp_path / "etc/alternatives/iptables").symlink_to("/usr/sbin/../sbin/nft-multi")
    (tmp_path / "usr/sbin/iptables").symlink_to("/etc/alternatives/iptables")
    found = control_plane.within(tmp_path, "/sbin/iptables")
    assert found == tmp_path / "usr/sbin/nft-multi"


def test_links_in_a_circle_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OSError, match="circles"):
        control_plane.within(tmp_path, "/a")


def test_an_archive_holds_each_images_program_and_name(tmp_path: Path) -> None:
    program = tmp_path / "pause"
    program.write_bytes(b"machine code")
    archive = tmp_path / "images.tar"
    images = [FileImage(f"example/{name}:1", {f"/{name}": program}, [f"/{name}"]) for name in "ab"]
    image_archive.write(archive, images)
    with tarfile.open(archive) as opened:
        manifest_file = opened.extractfile("manifest.json")
        assert manifest_file is not None
        manifest = json.load(manifest_file)
        assert [one["RepoTags"] for one in manifest] == [["example/a:1"], ["example/b:1"]]
        config_file = opened.extractfile(manifest[0]["Config"])
        assert config_file is not None
        assert json.load(config_file)["config"]["Entrypoint"] == ["/a"]
        layer = opened.extractfile(manifest[0]["Layers"][0])
        assert layer is not None
        with tarfile.open(fileobj=layer) as inner:
            assert inner.getnames() == ["a"]


def test_an_archive_of_the_same_files_is_the_same(tmp_path: Path) -> None:
    program = tmp_path / "pause"
    program.write_bytes(b"machine code")
    contents = []
    for name in ("one.tar", "two.tar"):
        image_archive.write(tmp_path / name, [FileImage("example/a:1", {"/a": program})])
        contents.append((tmp_path / name).read_bytes())
    assert contents[0] == contents[1]


def test_every_node_port_is_published_on_the_loopback_address_only() -> None:
    text = cluster.config(own_network=True)
    (line,) = [line for line in text.splitlines() if "extraPortMappings" in line]
    mappings = json.loads(line.partition(":")[2])
    assert [one["hostPort"] for one in mappings] == list(range(30000, 30032))
    assert {one["listenAddress"] for one in mappings} == {"127.0.0.1"}
    assert all(one["hostPort"] == one["containerPort"] for one in mappings)
    assert 'service-node-port-range: "30000-30031"' in text


def test_kinds_own_network_is_kept_where_the_image_was_pulled() -> None:
    assert '"disableDefaultCNI": false' in cluster.config(own_network=False)
