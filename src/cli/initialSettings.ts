/** What `sluice init` writes: a supergraph.yaml that can be used as it is, with what most people change first. */
export const initialSettings = `# Sluice: one GraphQL endpoint over your subgraphs. \`sluice config check\` says whether this file can be used,
# \`sluice config print\` shows every setting with its default, \`sluice serve\` runs the gateway.

federation_version: =2.14

# Your subgraphs. Each needs the URL that the gateway calls, and its schema: a file (published again whenever it changes), or the
# URL of the subgraph itself, which is then asked for it.
subgraphs:
  products:
    routing_url: http://127.0.0.1:5001/graphql
    schema:
      subgraph_url: http://127.0.0.1:5001/graphql
    # schema: { file: products/schema.graphql }
    # dev: { command: node products/server.js } # started and watched by \`sluice dev\`

  # reviews:
  #   routing_url: http://127.0.0.1:5002/graphql
  #   schema: { file: reviews/schema.graphql }

# Where clients send their operations: http://localhost:4000/graphql
server:
  port: 4000

# The admin API and the command line's way in. Bound to anything but loopback it needs tokens.
admin:
  port: 4100
  # host: 0.0.0.0
  # tokens:
  #   - { name: ci, role: publisher, token: "\${SLUICE_CI_TOKEN}" } # or viewer, operator

# Who may call. Without providers, tokens are left to the subgraphs; API keys are made with \`sluice keys create CONSUMER\`.
# identity:
#   providers:
#     - { issuer: https://idp.example, audience: my-graph }
#   required: true

# How much one address, and one caller who showed a token or key, may ask; what is over it gets 429 with Retry-After.
# limits:
#   perAddress: { rate: 100/s, burst: 200 }
#   perSession: { rate: 100/s, burst: 200 }

# What of a client's headers goes on to the subgraphs: nothing, unless it is named here.
# upstream:
#   headers:
#     - { propagate: authorization }
#     - { claim: { x-user-id: sub } } # from the verified token; a client cannot send it itself
`;
