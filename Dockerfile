# The server in an image of its own, with nothing but seed beside it.
#   docker build -t companygraph .
#   docker run --rm -p 127.0.0.1:8080:8080 -v companygraph:/data companygraph
#   docker run --rm -v companygraph:/data -v "$PWD:/in:ro" --entrypoint /seed companygraph load /in/my-dataset.yaml
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN make build OUT=/companygraph && mkdir /data

FROM scratch
# Certificate authorities, for neo4j+s:// and bolt+s://.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /companygraph /seed /
COPY --from=build --chown=65532:65532 /data /data
USER 65532:65532
VOLUME /data
# Inside a container the loopback address reaches nobody. Large loads are spooled
# to a file, and there is no /tmp.
ENV COMPANYGRAPH_LISTEN=0.0.0.0:8080 COMPANYGRAPH_SQLITE=/data/companygraph.db TMPDIR=/data
EXPOSE 8080
ENTRYPOINT ["/companygraph"]
