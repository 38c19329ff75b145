"""Secrets are hidden wherever they stand in a file, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vmlint.report.formats import FORMATS
from vmlint.run import secrets
from vmlint.run.secrets import masked

if TYPE_CHECKING:
    from tests.conftest import Vmlint

S = "hunter2-Zq9"
LINES = [
    line.replace("HIDE", S)
    for line in r"""
password: HIDE
password: "HIDE and HIDE"   # a comment
password: 'it''s HIDE'
password: !vault HIDE
  - DB_PASSWORD=HIDE
  - "DB_PASSWORD=HIDE HIDE"
args: ["-e", "API_TOKEN=HIDE HIDE", "x"]
command: run --password HIDE --verbose
command: run --password=HIDE
command: [--token, HIDE, go]
command: ["app","--token","HIDE","go"]
command: ["redis-server","--requirepass","HIDE"]
ENV DB_PASSWORD HIDE
ENV A=1 DB_PASSWORD=HIDE B=2
ARG TOKEN=HIDE
export STRIPE_KEY=HIDE
<graphics type='vnc' passwd='HIDE' listen='0.0.0.0'/>
<graphics type='spice' passwd="HIDE"/>
<password>HIDE</password>
<password encoding="x"><![CDATA[HIDE]]></password>
<credential password="HIDE">HIDE</credential>
vncpasswd="HIDE"
vfb = [ 'type=vnc,vncpasswd=HIDE,vncdisplay=1' ]
RemoteDisplay.vnc.password = "HIDE"
RemoteDisplay.vnc.key = "HIDE"
guestinfo.userdata = "HIDE"
cipassword: HIDE
cipassword: $5$HIDE
  password = "HIDE"
connection { password = "HIDE" }
lxc.environment = TOKEN=HIDE HIDE
environment.STRIPE_KEY: HIDE
"password": "HIDE"
{"a":{"secret_key":"HIDE"},"password":"HIDE","x":1}
x: "{\"password\": \"HIDE\"}"
url: postgres://app:HIDE@db/x
image: "u:HIDE@reg.example/app:1"
Image=user:HIDE@registry/app
FROM u:HIDE@reg:5000/app AS x
parameters: ["luks.key=HIDE", "rd.luks.key=HIDE"]
wpa_psk: HIDE
{name: DB_PASSWORD, value: HIDE}
{"name": "DB_PASSWORD", "value": "HIDE"}
<env name='API_TOKEN' value='HIDE'/>
<Property ovf:key="password" ovf:type="string" ovf:value="HIDE"/>
-object secret,id=sec0,data=HIDE
config.ssh.password = 'HIDE'
:password => "HIDE",
userData: HIDE
userDataBase64: HIDE
tokens: [HIDE, HIDE]
SECRET_KEY_BASE=HIDE
password: ${DB_PASSWORD:-HIDE}
PASSWORD_PROD: HIDE
DB_PASSWORD_OLD=HIDE
SECRET_V: HIDE
TOKEN_VALUE=HIDE
PASSWORT: HIDE
REDIS_AUTH: HIDE
SESSION_JWT: HIDE
GH_PAT=HIDE
HSM_PIN=HIDE
SESSION_COOKIE: HIDE
AUTHORIZATION: "Bearer HIDE"
run: curl -H "Authorization: Bearer HIDE" https://example.invalid
run: curl -sS -u user:HIDE https://example.invalid
run: curl --user "user:HIDE" https://example.invalid
run: sshpass -p HIDE ssh host
run: mysqldump -u root -pHIDE db
["redis-server", "--requirepass", "HIDE"]
masterpass: HIDE
SENTRY_DSN=https://HIDE0123456789@example.invalid/1
SLACK=https://hooks.slack.com/services/HIDE/B/C
url: https://example.invalid/api/webhooks/1/HIDE
x: ghp_HIDE0123456789
x: eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM.HIDE
- traefik.http.middlewares.a.basicauth.users=admin:HIDE
- //user:HIDE@nas/share:/media
PodmanArgs=--privileged --env X=HIDE --rm
PodmanArgs=--privileged --env=x_y=HIDE
PodmanArgs=--env "X=HIDE and HIDE" --rm
"runArgs": ["--privileged", "-e", "X=HIDE"]
"runArgs": ["--env", "X=HIDE", "--rm"]
command: docker run -e X=HIDE alpine
command: docker run -e "X=HIDE HIDE" alpine
command: docker run -e 'X=HIDE' -eY=1 alpine
image: "bob:HIDE@registry.example/mongo:7"
image: bob:HIDE@registry.example:5000/mongo:7
Image=bob:HIDE@registry.example/mongo:7
FROM bob:HIDE@registry.example/debian:10 AS base
{image: "bob:HIDE@localhost/mongo:7"}
run: skopeo copy --src-creds bob:HIDE docker://a docker://b
run: skopeo inspect --creds=bob:HIDE docker://a
run: docker login -u bob -p HIDE registry.example
run: podman login registry.example -u bob -pHIDE
run: redis-cli -h cache -a HIDE ping
test: ["CMD", "redis-cli", "-a", "HIDE", "ping"]
run: ldapsearch -x -D cn=admin -w HIDE
test: ["CMD", "mongosh", "-u", "root", "-p", "HIDE"]
run: smbclient //nas/x -U bob%HIDE
run: htpasswd -bc /etc/nginx/.htpasswd bob HIDE
run: unzip -P HIDE a.zip
run: 7z x -pHIDE a.7z
run: openssl enc -d -pass pass:HIDE -in x
run: openssl pkcs12 -passin pass:HIDE
""".strip().splitlines()
]

BLOCKS = {
    "on the next line": "password:\n  HIDE\nkept: 1\n",
    "literal": "password: |\n  HIDE\n\n  HIDE\nkept: 1\n",
    "folded": "password: >-  # why\n  HIDE\nkept: 1\n",
    "quoted": 'password: "HIDE\n  HIDE"\nkept: 1\n',
    "plain": "password: HIDE\n  HIDE\nkept: 1\n",
    "user data": "- user.user-data: |\n    #cloud-config\n    users:\n    - {passwd: HIDE}\n    HIDE\n  kept: 1\n",
    "KubeVirt": "    cloudInitNoCloud:\n      userData: |-\n        HIDE\n      kept: 1\n",
    "chpasswd": "chpasswd:\n  list: |\n    root:HIDE\n  expire: false\nkept: 1\n",
    "heredoc": 'user_data = <<-EOF\n  HIDE\n  EOF\nkept = "1"\n',
    "flush heredoc": 'ssh_private_key = <<EOT\nHIDE\nEOT\nkept = "1"\n',
    "name, value": "env:\n- name: DB_PASSWORD\n  value: HIDE\n- name: A\n  value: kept\n",
    "value, name": "env:\n- value: HIDE\n  name: DB_PASSWORD\n- name: A\n  value: kept\n",
    "JSON": '"env": [\n {\n  "name": "DB_PASSWORD",\n  "value": "HIDE"\n },\n "kept"]\n',
    "JSON, next line": '"password":\n  "HIDE",\n"kept": 1\n',
    "HCL variable": 'variable "db_password" {\n  type = string\n  default = "HIDE"\n}\nkept = 1\n',
    "private key": "-----BEGIN RSA PRIVATE KEY-----\nHIDE\n-----END RSA PRIVATE KEY-----\nkept: 1\n",
    "XML": "<password>\n  HIDE\n</password>\n<kept/>\n",
    "Secret": "kind: Secret\nstringData:\n  a: HIDE\ndata:\n  b: HIDE\ntype: kept\n",
    "list": "tokens:\n- HIDE\n- HIDE\nkept: 1\n",
    "one on a line, two below": 'a: {password: "HIDE\n  HIDE", token: HIDE}\nkept: 1\n',
}
HEALTHY = """
password: ${DB_PASSWORD}
password: $DB_PASSWORD
password: {{ .Values.password }}
password = var.password
lock_passwd: false
vncpassword =
kernel: console=ttyS0 root=/dev/vda quiet
args: -append 'console=ttyS0 root=/dev/sda1 rd.lvm.lv=x'
secretName: my-tls
secretKeyRef: {name: db, key: password}
passwordFile: /run/secrets/x
DB_PASSWORD_FILE=/run/secrets/db
secrets: [db_password]
key: node-role
topologyKey: kubernetes.io/hostname
automountServiceAccountToken: false
PasswordAuthentication no
tokenize: yes
ssh_authorized_keys: [ssh-rsa AAAA]
SSH_PUBLIC_KEY=ssh-rsa AAAA
image: registry:5000/a@sha256:abc
passthrough: host
data: {a: b}
compass: north
https://example.invalid/a:b
-object secret,id=sec0,file=/x
name: password-manager
PASSWORD_FILE=/run/secrets/x
TOKEN_EXPIRY=3600
SECRET_NAME=my-tls
PASSWORD_MIN_LENGTH=12
ENABLE_AUTH=true
bypass: north
url: ssh://git@example.invalid/a
url: https://git@example.invalid/a
run: curl -u $USER https://example.invalid
run: mysql -h db -u root
basic: yes
# see //example.invalid/a:b
image: redis:7@sha256:0123
image: registry.example/a/redis:7@sha256:0123
owner: mailto:someone@example.invalid
- git@example.invalid:a/b
disk: local:100/vm-100.raw@now
run: docker run -e TZ -e X=$X --env Y=${Y} alpine
run: docker run --env-file x.env -e DEBUG=true -e PUID=1000 alpine
run: sed -e s/a=b/c/ -e 's/x=y//' file
run: echo -e "a=b"
image: mongo:7@sha256:abc
image: registry.example:5000/mongo:7@sha256:abc
run: npm install foo@1.2.3/x a:b@c
url: mailto:bob@example.invalid/x
image: "${USER}:${PASSWORD}@registry.example/mongo:7"
run: mkdir -p /data && docker login
run: mongod -p 27017
run: cp -a a b; tar -p x
run: docker compose -p shop up
""".strip()


@pytest.mark.parametrize("line", LINES)
def test_line(line: str) -> None:
    (shown,) = masked(line).lines
    assert S not in shown
    assert len(shown) == len(line)  # so that marks below it stay right


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS.keys())
def test_value_of_many_lines(block: str) -> None:
    shown = "\n".join(masked(block.replace("HIDE", S)).lines)
    assert S not in shown
    assert "kept" in shown
    assert len(shown.splitlines()) == len(block.splitlines())


@pytest.mark.parametrize("line", HEALTHY.splitlines())
def test_healthy(line: str) -> None:
    assert masked(line).lines == [line]


def test_examples_stay_as_they_are() -> None:
    for file in sorted(Path(__file__).parents[2].glob("examples/**/*.*")):
        text = file.read_text("utf-8")
        assert masked(text).lines == text.splitlines(), file


@pytest.mark.parametrize(
    "secret",
    [
        "sk-proj-" + "aB3" * 8,
        "AIza" + "Sy9" * 9,
        "AKIA" + "X7Q2" * 4,
        "sig=" + "p9%2F" * 5,
    ],
)
def test_what_tells_itself_by_its_beginning(secret: str) -> None:
    (line,) = masked(f"args: ['https://example.org/?sv=1&{secret}', 'x']").lines
    assert secret.removeprefix("sig=") not in line
    assert line.endswith("', 'x']")


def test_beyond_so_many_characters_lines_with_shapes_are_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "SHAPED", 40)
    lines = masked("x: az login --help\n" * 4 + "a: b").lines
    assert lines == ["x: az login --help"] * 2 + ["*" * 18] * 2 + ["a: b"]


def test_beyond_so_many_names_all_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "NAMES", 50)
    lines = masked(f"password: {S}\n" * 100 + "a: b").lines
    assert lines[0] == "password: " + "*" * len(S)
    assert lines[-1] == "****"


@pytest.mark.parametrize(
    ("piece", "before", "after"),
    [
        ("password=x,", "", ""),
        ("a-", "", "key"),
        ('\\"', 'password: "', ""),
        ("password:", "", ""),
        ("\n", "", "key: x"),
        ("<password ", "", ""),
        ("://", "", ""),
        ("name: DB_PASSWORD\n", "", ""),
        ("secret,data=", "", ""),
        ("password: [", "", ""),
        ("data:\n a: b\n", "kind: Secret\n", ""),
        ("token='", "", ""),
        ("&a ", "password: ", ""),
    ],
)
def test_takes_linear_work(piece: str, before: str, after: str) -> None:
    """Counted in calls, not in seconds: ten times the text makes at most some twelve times the calls."""
    import cProfile
    import pstats
    from typing import Any

    def calls(times: int) -> int:
        profile = cProfile.Profile()
        profile.runcall(masked, before + piece * times + after)
        stats: Any = pstats.Stats(profile)
        return int(stats.total_calls)

    assert calls(1_000) <= 12 * calls(100) + 100


FILES: dict[str, Callable[[str], str]] = {
    "compose.yaml": lambda secret: (
        "services:\n  till:\n    image: nginx\n    privileged: true\n"
        f"    environment:\n      DB_PASSWORD: {secret}\n    volumes: ['/var/run/docker.sock:/var/run/docker.sock']\n"
        f"    network_mode: host\n    command: --token {secret}\n    pid: host\n"
    ),
    "guest.xml": lambda secret: (
        "<domain type='kvm'>\n  <name>till</name>\n  <memory>1</memory>\n  <os><type arch='ppc64'>hvm</type></os>\n"
        f"  <devices><graphics type='vnc' passwd='{secret}'/><emulator>/x</emulator></devices>\n"
    ),
    "till.vmx": lambda secret: (
        '.encoding = "UTF-8"\nguestOS = "windows11-64"\nvirtualHW.version = "21"\n'
        f'RemoteDisplay.vnc.password = "{secret}"\nfirmware = "bios"\nmemsize = "2048"\n'
    ),
    "broken.vmlint.yaml": lambda secret: (
        f"apiVersion: vmlint/v1\nkind: Workload\npassword: {secret}: {secret}\nspec: [\n"
    ),
    "main.tf": lambda secret: (
        'resource "libvirt_domain" "till" {\n  name = "till"\n  arch = "ppc64"\n'
        f'  connection {{ password = "{secret}" }}\n  memory = 1\n'
    ),
    "odd.vmlint.yaml": lambda secret: (
        "apiVersion: vmlint/v1\nkind: Workload\n"
        f"metadata:\n  name: till\n  labels: {{owner: no, db_password: {secret}, mirror: 'x://me:{secret}@y'}}\n"
        "spec:\n  instances: 010\n  guset: {os: rhel99}\n"
        f"  deployment: {{platform: dokcer, image: 'https://me:{secret}@x.invalid/redis:2', privileged: yes}}\n"
        f"  token: {secret}\n"
    ),
    "waived.compose.yaml": lambda secret: (
        f"services:\n  till:\n    image: 'https://me:{secret}@registry.invalid/mongo:7'\n"
        f"    privileged: true # vmlint: ignore[VM407] password={secret}\n"
        f"    # vmlint: requirements.isolation.tenancy=password={secret}\n"
        f"    pid: host # vmlint: ignore[VM9999] token: {secret}\n"
        f"    environment: {{DB_URL: 'postgres://app:{secret}@db/x'}}\n"
    ),
    "image.compose.yaml": lambda secret: (
        f"services:\n  till:\n    image: 'me:{secret}@registry.invalid/mongo:7'\n    privileged: true\n"
        "    pid: host\n    volumes: ['/var/run/docker.sock:/var/run/docker.sock']\n"
    ),
    "till.container": lambda secret: (
        f"[Container]\nImage=docker.io/library/mongo:4\nPodmanArgs=--privileged --env X={secret} -e 'Y={secret} z'\n"
    ),
    "lima.yaml": lambda secret: f"images:\n- location: https://me:{secret}@x.invalid/debian-12.qcow2\nvmType: nope\n",
}


SETTINGS = """\
[[waivers]]
rules = ["VM401"]
reason = "password=HIDE, as agreed"
[context.labels]
db-password = "HIDE"
mirror = "https://me:HIDE@x.invalid/"
"""
DOORS = (
    *(("check", "FILE", "--profile", "strict", "--unsafe-fixes", "--format", form) for form in FORMATS),
    ("check", "FILE", "--no-waivers", "--coverage", "--undecided"),
    ("check", "FILE", "--statistics"),
    ("check", "FILE", "--on", "docker"),
    ("check", "FILE", "--on", "docker", "--format", "json"),
    ("check", "FILE", "--diff"),
    ("check", "FILE", "--diff", "--unsafe-fixes"),
    ("facts", "FILE"),
    ("suggest", "FILE"),
    ("suggest", "FILE", "--format", "json"),
    ("config", "show", "FILE"),
    ("config", "show", "FILE", "--format", "json"),
    ("baseline", "write", "--baseline", "-", "FILE"),
    ("check", "FILE", "--fix", "--unsafe-fixes"),
)
"""By which text of a file reaches the screen; an editor's are in ``tests/lsp``. The last changes it."""


@pytest.mark.parametrize("secret", [S, "0412345678"])
@pytest.mark.parametrize("name", FILES)
def test_no_door_shows_one(vmlint: Vmlint, name: str, secret: str) -> None:
    Path(name).write_text(FILES[name](secret))
    Path("vmlint.toml").write_text(SETTINGS.replace("HIDE", secret))
    shown = {door: vmlint(*(name if word == "FILE" else word for word in door)) for door in DOORS}
    assert any(seen.status == 1 for seen in shown.values())
    assert [door for door, seen in shown.items() if secret in seen.stdout + seen.stderr] == []
    assert [door for door, seen in shown.items() if seen.status == 4 or "Traceback" in seen.stderr] == []
    assert secret in Path(name).read_text()


def test_a_patch_that_hides_a_secret_says_so(vmlint: Vmlint) -> None:
    text = (
        "apiVersion: vmlint/v1\nkind: Workload\nmetadata:\n  name: a\n  labels: {token: HIDE}\nspec:\n"
        "  instances: 010\n  deployment: {platform: docker}\n"
    )
    Path("a.vmlint.yaml").write_text(text.replace("HIDE", S))
    seen = vmlint("check", "a.vmlint.yaml", "--diff")
    assert f"\n   labels: {{token: {'*' * len(S)}}}\n spec:\n-  instances: 010\n+  instances: 10\n" in seen.stdout
    assert seen.stderr == (
        "vmlint: the patch of a.vmlint.yaml hides secrets, and cannot be applied; --fix makes the changes\n"
        "vmlint: would apply 1 fix to a.vmlint.yaml\n"
    )
    vmlint("check", "a.vmlint.yaml", "--fix")
    assert Path("a.vmlint.yaml").read_text() == text.replace("HIDE", S).replace("010", "10")


def test_a_fact_that_holds_one_is_shown_without_it(vmlint: Vmlint) -> None:
    Path("compose.yaml").write_text(f'services: {{a: {{image: x, volumes: ["/etc:/etc:rw,password={S}"]}}}}\n')
    for shape in FORMATS:
        shown = vmlint("check", "compose.yaml", "--profile", "strict", "--format", shape)
        assert "VM408" in shown.stdout
        assert S not in shown.stdout
