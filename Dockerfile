# syntax=docker/dockerfile:1

FROM node:24-slim AS manifest
WORKDIR /app
COPY package.json package-lock.json .npmrc ./

# Install scripts are not needed: the image has its own Node.js, and no production dependency needs one.
FROM manifest AS build
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build

FROM manifest AS dependencies
RUN npm ci --omit=dev --ignore-scripts

FROM node:24-slim
WORKDIR /app
# The bot listens on every address of the container. The operator decides which ports to publish.
ENV NODE_ENV=production HTTP_HOST=0.0.0.0 HTTP_PORT=3000
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE ./
COPY scripts/check-node.mjs scripts/start.mjs ./scripts/
COPY migrations ./migrations
COPY policies ./policies
USER node
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HTTP_PORT}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "scripts/start.mjs"]
