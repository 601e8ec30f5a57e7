# docker build -t heapwarden .
ARG NODE=20-slim

FROM node:${NODE} AS build
WORKDIR /opt/heapwarden
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json LICENSE ./
COPY src src
COPY config/container/probe.mjs ./
COPY fixtures/demo fixtures/demo
# Read by another user than root, whatever umask the clone was made under.
RUN npm run build && npm prune --omit=dev && chmod -R a+rX .

FROM node:${NODE}
# As systemd/heapwarden.service has them.
ENV NODE_ENV=production MALLOC_MMAP_THRESHOLD_=65536 NODE_OPTIONS=--max-semi-space-size=8
COPY --from=build /opt/heapwarden/package.json /opt/heapwarden/LICENSE /opt/heapwarden/probe.mjs /opt/heapwarden/
COPY --from=build /opt/heapwarden/node_modules /opt/heapwarden/node_modules
COPY --from=build /opt/heapwarden/dist /opt/heapwarden/dist
COPY --from=build /opt/heapwarden/fixtures /opt/heapwarden/fixtures
RUN ln -s /opt/heapwarden/dist/src/main.js /usr/local/bin/heapwarden \
  && install -d -o node -g node -m 700 /var/lib/heapwarden
# By number, so that Kubernetes sees that it is not root: the user node of the image below.
USER 1000:1000
# All that is written: without storage.path the state is in ./data. Beside it /tmp, where the disk takes nothing.
WORKDIR /var/lib/heapwarden
VOLUME /var/lib/heapwarden
# In heapwarden.yaml, web.listen_address is :9899; loopback is of the container alone.
EXPOSE 9899
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["node", "/opt/heapwarden/probe.mjs", "/-/healthy"]
ENTRYPOINT ["heapwarden"]
CMD ["run", "--config", "/etc/heapwarden/heapwarden.yaml"]
