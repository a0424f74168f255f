/** The part of the admin API about billing. Money and units of cost are texts of whole numbers: they may be larger than a Float is exact for. */
export const billingSdl = /* GraphQL */ `
extend type Query {
  "What a consumer owes for a month such as 2026-01, for the current one unless it is named; null when it was on no plan then."
  invoice(consumer: String!, month: String): Invoice
  billing: Billing
}

type Billing {
  "As they are and were, the oldest first."
  plans: [BillingPlan!]!
  "Of this process's log, not in the store yet."
  waitingBytes: Float!
  "Operations of this process that are not billed: too much waited for the store."
  lost: Float!
}

type BillingPlan {
  name: String!
  "Changes with what the plan costs."
  id: ID!
  "Whether what is used now is billed by it."
  inForce: Boolean!
  since: DateTime!
  "Each month, whatever is used."
  fee: Money!
  "Units of cost that nothing more has to be paid for, each month."
  included: Float!
  "Null when whatever is used costs nothing more."
  price: UnitPrice
}

type Invoice {
  consumer: String!
  month: String!
  state: InvoiceState!
  lines: [InvoiceLine!]!
  "One for each currency."
  totals: [Money!]!
  "What the lines are the sum of, the dearest first."
  operations(first: Int! = 1000): [BilledOperation!]!
  "Lines and totals as CSV."
  csv: String!
}

enum InvoiceState {
  "The month has not ended, or so lately that gateways may still tell of it."
  OPEN
  "Nothing will change any more."
  FINAL
}

type InvoiceLine {
  kind: InvoiceLineKind!
  plan: String!
  "Units of cost; of a fee 1."
  quantity: String!
  price: UnitPrice
  money: Money!
}

enum InvoiceLineKind {
  FEE
  "What was used of what the plan includes."
  INCLUDED
  EXCESS
}

type Money {
  "In minor units of the currency."
  amount: String!
  "As people write it: 49.00"
  text: String!
  "ISO 4217; null where nothing costs anything."
  currency: String
}

type UnitPrice {
  "In minor units of the currency."
  amount: Float!
  "As people write it: 0.05"
  text: String!
  "For so many units of cost."
  per: Float!
}

type BilledOperation {
  plan: String!
  "Its name; the beginning of its document's hash where it has none; (other)."
  operation: String!
  operations: Float!
  units: String!
}

extend type ConsumerDetails {
  "By the settings, its keys, or as it was met last; null when it is on none."
  plan: String
  "Of the current month, so far; null when it is on no plan."
  invoice: Invoice
}
`;
