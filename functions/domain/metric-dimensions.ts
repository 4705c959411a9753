/** A name of a dimension: ASCII without control characters, not only spaces, no colon first (API reference of CloudWatch, Dimension). */
export const DIMENSION_NAME = /^(?!:)(?=.*[!-~])[ -~]{1,255}$/;

/** A value of a dimension (same source). */
export const DIMENSION_VALUE = /^(?=.*[!-~])[ -~]{1,1024}$/;

/** Of one metric (API reference of CloudWatch, PutMetricAlarm and Metric). */
export const MAXIMUM_DIMENSIONS = 30;

/** What CloudWatch would refuse of a metric's dimensions, in words; empty when it takes them. */
export function dimensionProblems(dimensions: Readonly<Record<string, string>>): string[] {
  const pairs = Object.entries(dimensions);
  return [
    ...(pairs.length > MAXIMUM_DIMENSIONS ? [`a metric of it has ${pairs.length} dimensions, ${MAXIMUM_DIMENSIONS} are allowed`] : []),
    ...pairs.filter(([name]) => !DIMENSION_NAME.test(name)).map(([name]) => `"${name.slice(0, 80)}" is no name of a dimension`),
    ...pairs
      .filter(([, value]) => !DIMENSION_VALUE.test(value))
      .map(([name]) => `its dimension ${name} has a value of no or too many, or of other than ASCII characters`),
  ];
}
