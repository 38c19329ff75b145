"""Vagrantfiles: Ruby that is read and never run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vmlint.api import limits

if TYPE_CHECKING:
    from tests.formats.conftest import Look

LAB = """\
# -*- mode: ruby -*-
BOX = "generic/debian12"

Vagrant.configure("2") do |config|
  config.vm.box = BOX
  config.vm.box_architecture = "amd64"
  config.vm.provision "shell", inline: <<-SHELL
    echo "Vagrant.configure do |end"; if true; then echo '
  SHELL

  config.vm.provider :virtualbox do |v, override|
    v.memory = 2 * 1024
    v.cpus = "2"
    v.customize ["modifyvm", :id,
                 "--nictype1", "virtio",
                 "--nested-hw-virt", "on"]
    v.gui = true if ENV["GUI"]
  end

  config.vm.define "web" do |web|
    web.vm.hostname = "web"
  end

  config.vm.define :db, primary: true do |db|
    db.vm.box = "acme/db"
    db.vm.provider "virtualbox" do |v|
      v.memory = 8192
      v.cpus = 4 unless ENV["SMALL"]
    end
  end
end
"""


def test_machines_and_what_they_share(look: Look) -> None:
    seen = look("Vagrantfile", LAB)
    assert seen.formats == ("vagrantfile",)
    assert seen.names == ["web", "db"]
    assert seen.facts("web") == {
        "deployment.devices.nic": "virtio",
        "deployment.image.ref": "generic/debian12",
        "deployment.platform.id": "virtualbox",
        "guest.arch": "amd64",
        "guest.os.id": "debian12",
        "guest.platform": "linux/amd64",
        "requirements.nested": "true",
        "resources.cpu": "2.0",
        "resources.memory": "2048Mi",
    }
    db = seen.facts("db")
    assert (db["deployment.image.ref"], db["resources.memory"]) == ("acme/db", "8192Mi")
    assert "resources.cpu" not in db, "it is set on a condition"


def test_places_and_what_is_open(look: Look) -> None:
    seen = look("Vagrantfile", LAB)
    assert seen.at("deployment.image.ref", "web") == (2, 8), "a constant is shown where it is set"
    assert seen.at("deployment.image.ref", "db") == (25, 18)
    assert seen.at("resources.memory", "web") == (12, 16)
    assert seen.at("requirements.nested", "web") == (16, 39)
    assert seen.at("deployment.platform.id", "db") == (26, 21)
    web = seen.native("web")
    assert set(web.defaults) == {"deployment.platform.id"}
    assert "cpus is computed" in seen.native("db").unknowns["resources.cpu"]


def machine(provider: str, body: str) -> str:
    return f'Vagrant.configure("2") do |config|\n  config.vm.provider "{provider}" do |p|\n    {body}\n  end\nend\n'


@pytest.mark.parametrize(
    ("provider", "body", "path", "expected"),
    [
        ("vmware_esxi", "p.guest_memsize = '4096'", "resources.memory", "4096Mi"),
        ("vmware_esxi", "p.numvcpus = '2'", "resources.cpu", "2.0"),
        ("vmware_esxi", "p.guest_nic_type = 'vmxnet3'", "deployment.devices.nic", "vmxnet3"),
        ("vmware_esxi", "p.guest_boot_disk_size = 30", "resources.disk", "30Gi"),
        ("vmware_esxi", "p.guest_guestos = 'windows9srv-64'", "guest.platform", "windows/amd64"),
        ("vmware_esxi", "p.esxi_hostname = 'esxi'", "deployment.platform.id", "vmware-esxi"),
        ("lxc", "p.backingstore = 'lvm'", "deployment.platform.id", "lxc"),
        ("virtualbox", "p.memory = 1024", "resources.memory", "1024Mi"),
        ("virtualbox", 'p.memory = "1024"', "resources.memory", "1024Mi"),
        ("virtualbox", "p.memory = 4_096", "resources.memory", "4096Mi"),
        ("virtualbox", 'p.memory = ENV["M"] || 1024', "resources.memory", None),
        ("virtualbox", "p.memory = 1024 if x", "resources.memory", None),
        ("virtualbox", "if x\n p.memory = 1024\n end", "resources.memory", None),
        ("virtualbox", "3.times { |i| p.memory = 1024 }", "resources.memory", None),
        ("virtualbox", 'p.memory = "#{n}"', "resources.memory", None),
        ("virtualbox", "p.memory += 1024", "resources.memory", None),
        ("virtualbox", "p.memory = nil", "resources.memory", None),
        ("virtualbox", 'p.customize ["modifyvm", :id, "--memory", "512"]', "resources.memory", "512Mi"),
        ("virtualbox", 'p.customize(["modifyvm", :id, "--firmware", "efi"])', "deployment.firmware.type", "uefi"),
        ("virtualbox", 'p.customize ["modifyvm", :id, "--tpm-type", "2.0"]', "deployment.firmware.tpm", "2.0"),
        ("virtualbox", 'p.customize ["storagectl", :id, "--memory", "512"]', "resources.memory", None),
        ("virtualbox", 'p.customize ["modifyvm", :id, "--memory", mem]', "resources.memory", None),
        ("libvirt", "p.cpus = 1", "deployment.platform.id", "kvm"),
        ("libvirt", 'p.driver = "qemu"', "deployment.mode", "emulation"),
        ("libvirt", 'p.driver = "qemu"', "deployment.platform.id", "qemu"),
        ("libvirt", "p.driver = driver", "deployment.platform.id", None),
        ("libvirt", "p.cpu_mode = 'host-passthrough'", "deployment.cpuModel", "host-passthrough"),
        ("libvirt", "p.cpu_mode = 'custom'\n p.cpu_model = 'EPYC'", "deployment.cpuModel", "EPYC"),
        ("libvirt", "p.nested = true", "requirements.nested", "true"),
        ("libvirt", "p.machine_type = 'q35'", "deployment.machine", "q35"),
        ("libvirt", "p.machine_arch = 'aarch64'", "guest.arch", "arm64"),
        ("libvirt", "p.loader = '/usr/share/OVMF/OVMF_CODE.fd'", "deployment.firmware.type", "uefi"),
        ("libvirt", "p.disk_bus = 'sata'", "deployment.devices.disk", "sata"),
        ("libvirt", "p.nic_model_type = 'e1000'", "deployment.devices.nic", "e1000"),
        ("libvirt", "p.memorybacking :hugepages", "deployment.tuning.hugepages", "true"),
        ("libvirt", "p.cpuset = '0-3'", "deployment.tuning.cpuPinning", "true"),
        ("libvirt", "p.machine_virtual_size = 40", "resources.disk", "40Gi"),
        ("libvirt", "p.tpm_version = '2.0'", "deployment.firmware.tpm", "2.0"),
        ("hyperv", "p.enable_virtualization_extensions = true", "requirements.nested", "true"),
        ("hyperv", "p.cpus = 2", "deployment.platform.id", "hyperv"),
        ("parallels", 'p.customize ["set", :id, "--nested-virt", "on"]', "requirements.nested", "true"),
        ("parallels", 'p.customize ["set", :id, "--efi-boot", "on"]', "deployment.firmware.type", "uefi"),
        ("vmware_desktop", 'p.vmx["memsize"] = "2048"', "resources.memory", "2048Mi"),
        ("vmware_desktop", 'p.vmx["ethernet0.virtualDev"] = "vmxnet3"', "deployment.devices.nic", "vmxnet3"),
        ("vmware_desktop", "p.vmx['vhv.enable'] = 'TRUE'", "requirements.nested", "true"),
        ("vmware_desktop", "p.cpus = 1", "deployment.platform.id", None),
        ("vmware_desktop", "p.cpus = 1", "deployment.architecture", "type2"),
        ("vmware_fusion", "p.cpus = 1", "deployment.platform.id", "vmware-fusion"),
        ("qemu", 'p.machine = "virt,accel=hvf"', "deployment.mode", "hw-assisted"),
        ("qemu", 'p.arch = "aarch64"', "guest.arch", "arm64"),
        ("qemu", 'p.memory = "4G"', "resources.memory", "4Gi"),
        ("docker", 'p.image = "nginx:1.27"', "deployment.image.ref", "nginx:1.27"),
        ("docker", "p.privileged = true", "deployment.privileged", "true"),
        ("docker", "p.build_dir = '.'", "deployment.image.ref", None),
        ("docker", "p.build_dir = '.'\n    config.vm.box = 'ubuntu/jammy64'", "deployment.image.ref", None),
        ("docker", "p.build_dir = '.'\n    config.vm.box = 'ubuntu/jammy64'", "guest.os.id", None),
        ("aws", "p.cpus = 1", "deployment.platform.id", None),
    ],
)  # fmt: skip
def test_one_fact(look: Look, provider: str, body: str, path: str, expected: str | None) -> None:
    seen = look("Vagrantfile", machine(provider, body))
    assert seen.checked.skipped == ""
    assert seen.facts().get(path) == expected
    assert seen.problems == []


def test_several_providers_are_a_workload_each(look: Look) -> None:
    text = """\
Vagrant.configure(2) do |config|
  config.vm.box = "a/b"
  config.vm.provider "virtualbox" do |v|
    v.memory = 1024
  end
  config.vm.provider :libvirt do |v, override|
    v.memory = 2048
    override.vm.box = "a/c"
  end
end
"""
    seen = look("Vagrantfile", text)
    assert seen.names == ["default (virtualbox)", "default (libvirt)"]
    assert seen.facts("default (virtualbox)")["resources.memory"] == "1024Mi"
    assert seen.facts("default (virtualbox)")["deployment.image.ref"] == "a/b"
    assert seen.facts("default (libvirt)")["resources.memory"] == "2048Mi"
    assert seen.facts("default (libvirt)")["deployment.image.ref"] == "a/c"


def test_no_provider_leaves_the_platform_open(look: Look) -> None:
    seen = look("Vagrantfile", 'Vagrant.configure("2") do |config|\n  config.vm.box = "a/b"\nend\n')
    assert seen.names == ["default"]
    assert seen.facts() == {"deployment.image.ref": "a/b"}
    unknowns = seen.native().unknowns
    assert "started" in unknowns["deployment.platform.id"]
    assert "host's CPU" in unknowns["guest.arch"]


@pytest.mark.parametrize(
    ("lines", "system"),
    [
        ("config.vm.box = 'ubuntu/jammy64'", "ubuntu22.04"),
        ("config.vm.box = 'debian/bookworm64'", "debian12"),
        ("config.vm.box = 'hashicorp/bionic64'", "ubuntu18.04"),
        ("config.vm.box = 'bento/rockylinux-9'", "rocky9"),
        ("config.vm.box = 'generic/alpine312'", "alpinelinux3.12"),
        ("config.vm.box = 'fedora/41-cloud-base'", "fedora41"),
        ("config.vm.box = 'opensuse/Leap-15.6.x86_64'", "opensuse15.6"),
        ("config.vm.box = 'gusztavvargadr/windows-server-2022-standard-core'", "win2k22"),
        ("config.vm.box = 'gusztavvargadr/windows-11'\n config.vm.guest = :windows", "win11"),
        ("config.vm.box = 'gusztavvargadr/windows-server'", "windows"),  # the newest there is
        ("config.vm.box = 'generic/freebsd13'", "freebsd"),
        ("config.vm.box = 'acme/windows'\n config.vm.guest = :windows", "windows"),
        ("config.vm.box = 'acme/ubuntu'", None),
        ("config.vm.box = ENV['BOX']", None),
    ],
)
def test_what_a_box_is_known_to_hold(look: Look, lines: str, system: str | None) -> None:
    seen = look("Vagrantfile", f'Vagrant.configure("2") do |config|\n {lines}\nend\n')
    facts = seen.facts()
    assert facts.get("guest.os.id", facts.get("guest.os.family")) == system
    assert ("guest.os.id" in facts) != ("guest.os.id" in seen.native().unknowns)
    assert seen.problems == []


@pytest.mark.parametrize(
    ("line", "path", "expected"),
    [
        ("config.vm.guest = :windows", "guest.os.family", "windows"),
        ("config.vm.box = BOXES[:a]", "deployment.image.ref", None),
        ("config.vm.box = ENV.fetch('BOX', 'a/b')", "deployment.image.ref", None),
        ("config.vm.box = box_name", "deployment.image.ref", "a/c"),
        ("config.vm.box = twice", "deployment.image.ref", None),
        ('config.vm.box_architecture = "arm64"', "guest.arch", "arm64"),
        ("config.vm.box_architecture = :auto", "guest.arch", None),
        ("x = %w[a b] ; config.vm.box = 'a/d'", "deployment.image.ref", "a/d"),
        ("config.vm.box = 'a/d' # a 'remark", "deployment.image.ref", "a/d"),
        ("config.vm.box =\n    'a/e'", "deployment.image.ref", "a/e"),
        ("case x\n when 1 then y\n end\n config.vm.box = 'a/f'", "deployment.image.ref", "a/f"),
        ("a = if x then 1 else 2 end\n config.vm.box = 'a/f'", "deployment.image.ref", "a/f"),
        ("while x do\n y\n end\n config.vm.box = 'a/f'", "deployment.image.ref", "a/f"),
        ("begin\n y\n end while x\n config.vm.box = 'a/f'", "deployment.image.ref", "a/f"),
        ("l.each { |k| if k\n y\n end }\n config.vm.box = 'a/f'", "deployment.image.ref", "a/f"),
        ("h = { :if => 1, end: 2 }\n config.vm.box = 'a/f'", "deployment.image.ref", "a/f"),
        ("r.end\n config.vm.box = 'a/f'", "deployment.image.ref", "a/f"),
        ("s =~ /do \" end/\n config.vm.box = 'a/f'", "deployment.image.ref", "a/f"),
        ("puts \"#{x.map { |y| \"}\" }} end\"\n config.vm.box = 'a/f'", "deployment.image.ref", "a/f"),
        ("def m(x)\n config.vm.box = 'a/g'\n end", "deployment.image.ref", None),
        ("\n=begin\n end end\n=end\n config.vm.box = 'a/h'", "deployment.image.ref", "a/h"),
    ],
)  # fmt: skip
def test_ruby(look: Look, line: str, path: str, expected: str | None) -> None:
    text = f"box_name = 'a/c'\ntwice = 1\ntwice = 2\nVagrant.configure('2') do |config|\n  {line}\nend\n"
    seen = look("Vagrantfile", text)
    assert seen.checked.skipped == ""
    assert seen.facts().get(path) == expected


def test_machines_of_a_loop(look: Look) -> None:
    text = """\
Vagrant.configure("2") do |config|
  (1..3).each do |i|
    config.vm.define "node#{i}" do |node|
      node.vm.box = "a/b"
      node.vm.provider "libvirt" do |v|
        v.memory = 1024
      end
    end
  end
end
"""
    seen = look("Vagrantfile", text)
    assert seen.names == ["node#{i}"]
    assert seen.facts()["resources.memory"] == "1024Mi"


def test_a_provider_whose_name_is_computed_takes_nothing_from_the_others(look: Look) -> None:
    text = """\
Vagrant.configure("2") do |config|
  config.vm.provider "virtualbox" do |v|
    v.cpus = 2
  end
  %w[one two].each do |name|
    config.vm.provider(name) { |v| v.memory = 512 }
  end
end
"""
    seen = look("Vagrantfile", text)
    assert seen.names == ["default (virtualbox)"]
    assert seen.facts() == {"deployment.platform.id": "virtualbox", "resources.cpu": "2.0"}


def test_a_configuration_behind_a_condition(look: Look) -> None:
    text = """\
"#{Vagrant::VERSION}" >= "1.1.0" and Vagrant.configure("2") do |config|
  config.vm.box = "a/b"
  config.vm.provider(:virtualbox) { |v| v.memory = 512 }
end
"""
    seen = look("Vagrantfile", text)
    assert seen.checked.skipped == ""
    assert seen.facts() == {"deployment.platform.id": "virtualbox"}
    assert seen.native().unknowns["deployment.image.ref"] == "box is computed"


@pytest.mark.parametrize(
    ("lines", "memory"),
    [
        ("size = 2048\n", "2048Mi"),
        ("size = 2048 if ENV['BIG']\n", None),
        ("if ENV['BIG']\n size = 2048\nend\n", None),
        ("size = 1024\nsize += 1024\n", None),
        ("size = 1024\nother = size = 2048\n", None),
        ("size = 1024\nsize, other = 2048, 1\n", None),
        ("size = 1024\ndef sized(size)\n size\nend\n", None),
        ("size = 1024\n[1, 2].each do |size|\n puts size\nend\n", None),
        ("size = 1024\n[1, 2].each { |size| puts size }\n", None),
        ("size = 1024\nfor size in [1, 2]\n puts size\nend\n", None),
        ("size = 1024\nconfig.vm.size = 4\n", "1024Mi"),
    ],
)
def test_names_that_are_set_inside_a_block(look: Look, lines: str, memory: str | None) -> None:
    block = "config.vm.provider('virtualbox') do |v|\n v.memory = size\nend\n"
    text = f'Vagrant.configure("2") do |config|\n{lines}{block}end\n'
    seen = look("Vagrantfile", text)
    assert seen.checked.skipped == ""
    assert seen.facts().get("resources.memory") == memory
    if memory:
        assert seen.at("resources.memory") == (2, 8)


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("Vagrantfile.erb", LAB, "template"),
        ("Vagrantfile", "<% if x %>\n" + LAB, "template"),
        ("Vagrantfile", "{% if x %}\n" + LAB, "template"),
        ("vagrantfile.template", LAB.replace('"acme/db"', '"{{ box }}"'), "template"),
        ("Vagrantfile", 'config.vm.provider "x" do |p|\nend\n', "part of a Vagrantfile"),
        ("Vagrantfile", LAB + "end\n", "do not match"),
        ("Vagrantfile", LAB[:-5], "do not match"),
    ],
)
def test_skipped(look: Look, name: str, text: str, reason: str) -> None:
    seen = look(name, text)
    assert seen.formats == ("vagrantfile",)
    assert reason in seen.checked.skipped
    assert seen.natives == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("README.md", "```ruby\nVagrant.configure('2') do |config|\nend\n```\n"),
        ("lab.rb", "class Vagrant\nend\n"),
        ("Vagrantfile", "just words\n"),
    ],
)
def test_other_files_are_not_taken_for_one(look: Look, name: str, text: str) -> None:
    assert "vagrantfile" not in look(name, text).formats


HEAD = "Vagrant.configure('2') do |config|\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        HEAD + "x = '" + "a" * 100_000,
        HEAD + "'\"" * 20_000,
        HEAD + '"#{' * 20_000,
        HEAD + "x = <<E\n" * 10_000,
        HEAD + "{" * 40_000,
        HEAD + "|a| " * 20_000,
        HEAD + "do |" * 10_000,
        HEAD + "config.vm.define 'x' do |config|\n" * 2_000 + "end\n" * 2_001,
        HEAD + "%w[" * 10_000,
        HEAD + "/" * 40_000,
        HEAD + "(" * 40_000 + "\n" * 20_000,
        HEAD + "x = 1\n" * 20_000 + "end\n",
        HEAD + "config.vm.box = " + "9 * " * 20_000 + "9\nend\n",
        HEAD + "def x(" * 20_000,
        HEAD + '"\\/' * 20_000,
        HEAD + "if x\nx = 1\n" * 10_000,
        HEAD + "".join(f"a {{ |b{n}|\n" for n in range(10_000)),
        HEAD + "x" * (2**20 + 1),
    ],
)
def test_hostile_input_is_read_or_refused(look: Look, text: str) -> None:
    seen = look("Vagrantfile", text)
    assert seen.checked.crashes == ()


@pytest.mark.parametrize(
    ("data", "code"),
    [(HEAD.encode() + b"\xff\nend\n", "VM902"), (LAB.encode("utf-16"), None), (HEAD.encode() + b"x" * 2**21, "VM904")],
)
def test_broken_input(look: Look, data: bytes, code: str | None) -> None:
    seen = look("Vagrantfile", data)
    assert seen.checked.crashes == ()
    assert [problem[0] for problem in seen.problems] == ([code] if code else [])


def test_the_end_of_a_file_is_a_line_of_its_own(look: Look) -> None:
    text = 'Vagrant.configure("2") do |config|\nconfig.vm.box = "a/b"\nend\n'
    again = text.replace("a/b", "centos/7")
    assert "centos" in str(look("Vagrantfile", f"{text}__END__ rescue 0\n{again}").facts())
    assert "centos" in str(look("Vagrantfile", f"{text} __END__\n{again}").facts())
    assert "centos" not in str(look("Vagrantfile", f"{text}__END__\n{again}").facts())


@pytest.mark.parametrize("bound", ["VAGRANT_MACHINES", "VAGRANT_SETTINGS"])
def test_machines_times_settings_are_bounded(look: Look, monkeypatch: pytest.MonkeyPatch, bound: str) -> None:
    machines = "".join(f'config.vm.define "m{number}"\n' for number in range(10))
    text = f'Vagrant.configure("2") do |config|\nconfig.vm.box = "a"\nconfig.vm.guest = :linux\n{machines}end\n'
    monkeypatch.setattr(limits, bound, 20)
    assert look("Vagrantfile", text).problems == []
    monkeypatch.setattr(limits, bound, 9)
    assert [problem[0] for problem in look("Vagrantfile", text).problems] == ["VM904"]


def test_a_box_for_another_cpu(look: Look) -> None:
    host = "apiVersion: vmlint/v1\nkind: Host\nmetadata: {name: mac}\nspec: {platform: darwin/arm64}\n"
    text = LAB.replace('"amd64"', '"amd64"\n  config.vm.guest = :linux')
    seen = look("Vagrantfile", text, {"name": "host.yaml", "text": host})
    assert ("VM203", 6, 33) in seen.found("VM203")
    silent = look("Vagrantfile", text.replace('"amd64"', ":auto"), {"name": "host.yaml", "text": host})
    assert silent.found("VM203") == []


def test_hints_and_a_healthy_file(look: Look) -> None:
    seen = look("Vagrantfile", "# vmlint: environment=dev\n" + LAB)
    assert seen.facts("web")["environment"] == "dev"
    assert seen.found() == []


@pytest.mark.parametrize("name", ["_1", "it"])
def test_parameters_without_a_name(look: Look, name: str) -> None:
    """Ruby 2.7 calls the first one `_1`, and 3.4 also `it`."""
    text = (
        f'Vagrant.configure("2") do\n  {name}.vm.box = "debian/bookworm64"\n'
        f'  {name}.vm.provider "virtualbox" do\n    {name}.memory = 4096\n    {name}.cpus = 2\n  end\nend\n'
    )
    assert look("Vagrantfile", text).facts()["resources.memory"] == "4096Mi"
