"""The text of the measured files, about 1.2 kB each. What stands in braces differs between files (see ``corpus``)."""

from __future__ import annotations

MANIFEST = """\
# {name}: a service of the {team} team.
# Changes go through review; the machine is made anew at each release.
apiVersion: vmlint/v1
kind: Workload
metadata:
  name: {name}
  labels:
    team: {team}
    owner: {team}-on-call
    repository: example/{team}
spec:
  kind: service
  environment: production
  instances: {instances}
  guest:
    os: {guest}
    platform: linux/amd64
  requirements:
    performance: {{class: standard}}
    isolation: {{tenancy: single, level: vm}}
    availability: ha
    mobility: {{liveMigration: preferred}}
  resources:
    cpu: {cpu}
    memory: {memory}Mi
    disk: {size}Gi
  host:
    os: {host}
    platform: linux/amd64
    kernel:
      version: {kernel}
      modules: [kvm, wireguard, overlay, br_netfilter, nf_tables]
      builtin: []
    cpu:
      vendor: intel
      level: v3
      features: [vmx, ept, iommu, aes]
      count: {cores}
    memory: {host_memory}Gi
    virtualized: false
    container: none
    cluster: {{homogeneous: true, nodes: {nodes}}}
  deployment:
    architecture: {architecture}
    platform: {platform}
    firmware: {{type: uefi, secureBoot: false}}
    devices:
      disk: {disk}
      nic: {nic}
    network: {{exposure: private}}
"""

COMPOSE = """\
# {name}: a service of the {team} team behind a reverse proxy, with its database. One server, made anew each release.
name: {name}

x-vmlint:
  environment: production
  kind: service

services:
  proxy:
    image: caddy:2.9.{small}
    ports: ["80:80", "443:443"]
    volumes:
      - ./Caddyfile:/etc/caddy/Caddyfile:ro
      - certificates:/data
    depends_on: [{team}]
    restart: unless-stopped

  {team}:
    image: ghcr.io/example/{team}:{cpu}.{size}.{small}
    read_only: true
    environment:
      DATABASE_URL: postgres://{team}@database:5432/{team}
      LOG_LEVEL: info
      REGION: eu-central-1
    networks: [front, back]
    deploy:
      replicas: {instances}
      resources:
        limits: {{cpus: "{cpu}", memory: {memory}M}}
    healthcheck:
      test: ["CMD", "/usr/bin/healthy", "--port", "8080"]
      interval: 10s
      retries: 5{mark}

  database:
    image: postgres:17.{small}
    networks: [back]
    volumes: ["database:/var/lib/postgresql/data"]
    deploy:
      resources:
        limits: {{memory: {memory}M}}

networks:
  front: {{}}
  back: {{internal: true}}

volumes:
  certificates: {{}}
  database: {{}}
"""

KUBERNETES = """\
# {name}: a service of the {team} team.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  namespace: {team}
  labels: {{app: {name}, team: {team}}}
  annotations:
    vmlint/environment: production
    vmlint/requirements.isolation.tenancy: {mark}
spec:
  replicas: {instances}
  selector:
    matchLabels: {{app: {name}}}
  template:
    metadata:
      labels: {{app: {name}, team: {team}}}
    spec:
      automountServiceAccountToken: false
      nodeSelector:
        kubernetes.io/os: linux
        kubernetes.io/arch: amd64
      containers:
        - name: web
          image: registry.example.com/{team}/{name}:{cpu}.{size}.{small}
          ports: [{{containerPort: 8080, name: http}}]
          env:
            - {{name: REGION, value: eu-central-1}}
            - {{name: LOG_LEVEL, value: info}}
          resources:
            requests: {{cpu: "{cpu}", memory: {memory}Mi}}
            limits: {{cpu: "{cpu}", memory: {memory}Mi}}
          readinessProbe:
            httpGet: {{path: /ready, port: http}}
            periodSeconds: 5
          securityContext:
            allowPrivilegeEscalation: false
            runAsNonRoot: true
            readOnlyRootFilesystem: true
"""

LIBVIRT = """\
<domain type='kvm'>
  <name>{name}</name>
  <metadata>
    <vmlint:spec xmlns:vmlint="urn:vmlint:v1" environment="production">
      <vmlint:guest os="{mark}"/>
    </vmlint:spec>
  </metadata>
  <memory unit='MiB'>{memory}</memory>
  <vcpu placement='static'>{cpu}</vcpu>
  <os firmware='efi'>
    <type arch='x86_64' machine='pc-q35-9.{small}'>hvm</type>
    <boot dev='hd'/>
  </os>
  <features><acpi/><apic/></features>
  <cpu mode='custom' match='exact'>
    <model fallback='forbid'>Skylake-Client</model>
  </cpu>
  <devices>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2'/>
      <source file='/srv/machines/{team}/{name}.qcow2'/>
      <target dev='vda' bus='virtio'/>
    </disk>
    <disk type='file' device='disk'>
      <driver name='qemu' type='raw'/>
      <source file='/srv/machines/{team}/{name}-data-{size}.img'/>
      <target dev='vdb' bus='virtio'/>
    </disk>
    <interface type='network'>
      <source network='{team}'/>
      <model type='virtio'/>
    </interface>
    <console type='pty'/>
    <video><model type='virtio'/></video>
    <memballoon model='virtio'/>
    <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
  </devices>
</domain>
"""

VMX = """\
.encoding = "UTF-8"
config.version = "8"
virtualHW.version = "20"
displayName = "{name}"
annotation = "A service of the {team} team; made anew at each release."
guestOS = "{mark}"
numvcpus = "{cpu}"
cpuid.coresPerSocket = "1"
memSize = "{memory}"
firmware = "efi"
uefi.secureBoot.enabled = "FALSE"
tools.syncTime = "FALSE"
pciBridge0.present = "TRUE"
pciBridge4.present = "TRUE"
pciBridge4.virtualDev = "pcieRootPort"
pciBridge4.functions = "8"
scsi0.present = "TRUE"
scsi0.virtualDev = "pvscsi"
scsi0:0.present = "TRUE"
scsi0:0.deviceType = "scsi-hardDisk"
scsi0:0.fileName = "/vmfs/volumes/{team}/{name}/{name}.vmdk"
scsi0:1.present = "TRUE"
scsi0:1.deviceType = "scsi-hardDisk"
scsi0:1.fileName = "/vmfs/volumes/{team}/{name}/data-{size}.vmdk"
sata0.present = "TRUE"
sata0:0.present = "TRUE"
sata0:0.deviceType = "cdrom-image"
sata0:0.fileName = "/vmfs/volumes/{team}/iso/boot-{small}.iso"
ethernet0.present = "TRUE"
ethernet0.virtualDev = "vmxnet3"
ethernet0.networkName = "{team}"
ethernet0.addressType = "generated"
ethernet1.present = "TRUE"
ethernet1.virtualDev = "vmxnet3"
ethernet1.networkName = "storage"
ethernet1.addressType = "generated"
"""

XL = """\
# {name}: a service of the {team} team as a PVH guest: no emulated devices, and hardware isolation.
# Changes go through review; the machine is made anew at each release, from the image that the team's pipeline
# publishes. Its console is on the serial line; logs are shipped to the collector of the site.
# vmlint: environment=production
# vmlint: guest.os.id={mark}
type    = "pvh"
name    = "{name}"
kernel  = "/var/lib/xen/boot/{team}/vmlinuz-6.12.{small}"
ramdisk = "/var/lib/xen/boot/{team}/initrd-6.12.{small}.img"
cmdline = "root=/dev/xvda1 ro console=hvc0 systemd.unit={team}.target"

memory  = {memory}
vcpus   = {cpu}

# The first interface faces the proxies of the site, the second one the storage network.
vif     = [ "bridge=front,script=vif-bridge", "bridge=storage,script=vif-bridge" ]

# The system is read from a snapshot of the image; what the service keeps is on the second disk.
disk    = [ "/dev/vg0/{name},raw,xvda,rw", "/dev/vg0/{name}-data-{size},raw,xvdb,rw" ]

# A crash is looked into by hand: the guest is kept, and a dump of it is written.
on_poweroff = "destroy"
on_reboot   = "restart"
on_crash    = "coredump-restart"
localtime   = 0
"""

WORKFLOW = """\
# Builds and tests {name}, a service of the {team} team, for each change and each push to main.
name: {name}
on:
  push:
    branches: [main]
  pull_request:
permissions:
  contents: read
jobs:
  build:
    runs-on: ubuntu-24.04
    timeout-minutes: {size}
    strategy:
      matrix:
        python: ["3.11", "3.12", "3.13"]
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8
        with:
          persist-credentials: false
      - uses: actions/setup-python@e797f83bcb11b83ae66e0230d6156d7c80228e7c
        with:
          python-version: ${{{{ matrix.python }}}}
      - name: Install
        run: python -m pip install -e .[test]
      - name: Test
        run: python -m pytest -q tests/unit tests/integration --maxfail={cpu}
        env:
          SERVICE: {name}
          REGION: eu-central-1
          MEMORY: {memory}
  lint:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8
        with:
          persist-credentials: false
      - name: Lint
        run: |
          python -m pip install ruff==0.9.{small}
          ruff check .
"""
"""For peers that check workflows of GitHub Actions only."""
