/** A blueprint with one trigger of every kind that a plan tells apart. */
export const EVERY_KIND = `metadata:
  name: shop
  version: 1.0.0
spec:
  target: { cluster: prod, namespace: shop }
  mode: auto
  mode_reason: proven in November
  signals:
    orders: { unit: count, better: higher, metric: { namespace: Shop, name: Orders, stat: Sum } }
    fast: { unit: ms, resolution: 10s, metric: { namespace: Shop, name: Wait, stat: Average } }
    failed:
      unit: "%"
      ratio:
        part: { namespace: Shop, name: Failed, stat: Sum }
        total: { namespace: Shop, name: Requests, stat: Sum }
        minimum_total: 20
    theirs: { alarm: database-is-down }
  triggers:
    - { name: orders-low, signal: orders, class: business, severity: high, when: "< 10", datapoints_to_alarm: 2, evaluation_periods: 3 }
    - { name: wait-long, signal: fast, class: performance, severity: critical, when: "> 500ms", period: 10s }
    - name: budget
      signal: failed
      class: performance
      severity: critical
      burn_rate: { objective: 99.9% }
    - { preset: error-rate-2x, signal: failed, name: twice, mode: observe, mode_reason: "a week of watching", expires: "2026-12-11" }
    - { name: database, signal: theirs, class: database, severity: critical }
`;
