# vmlint, and nothing else that would have to be kept up to date:
#     docker build --tag vmlint .
#     docker run --rm --network none --volume "$PWD:/work:ro" vmlint check
ARG BASE=python:3.13-slim

FROM ${BASE} AS build
COPY . /source
RUN pip wheel --no-cache-dir --wheel-dir /wheels /source

FROM ${BASE}
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    pip install --no-cache-dir --no-index --find-links /wheels vmlint

# What a release fills in: --build-arg VERSION=1.0.0 --build-arg REVISION=COMMIT --build-arg CREATED=DATE
ARG VERSION=""
ARG REVISION=""
ARG CREATED=""
ARG SOURCE=""
LABEL org.opencontainers.image.title="vmlint" \
      org.opencontainers.image.description="Check whether the chosen virtualization runs each workload" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.source="${SOURCE}"

# Nobody: the files that are linted need to be readable, nothing needs to be written.
USER 65534:65534
ENV VMLINT_NO_CACHE=1
WORKDIR /work
ENTRYPOINT ["vmlint"]
CMD ["check"]
