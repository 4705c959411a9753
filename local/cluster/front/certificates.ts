import { generate } from "selfsigned";

/** A CA made for one run, and a server certificate for loopback that it signed. */
export interface FrontCertificates {
  readonly caPem: string;
  readonly certPem: string;
  readonly keyPem: string;
}

/** Makes both; valid for a day, because no front runs longer. */
export async function makeCertificates(): Promise<FrontCertificates> {
  const validity = { notBeforeDate: new Date(Date.now() - 3_600_000), notAfterDate: new Date(Date.now() + 86_400_000) };
  const ec = { keyType: "ec", curve: "P-256", algorithm: "sha256", ...validity } as const;
  const ca = await generate([{ name: "commonName", value: "rollguard-local-cluster-ca" }], {
    ...ec,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: "commonName", value: "127.0.0.1" }], {
    ...ec,
    ca: { key: ca.private, cert: ca.cert },
    extensions: [
      { name: "basicConstraints", cA: false },
      { name: "keyUsage", digitalSignature: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: [
          { type: 2, value: "localhost" },
          { type: 7, ip: "127.0.0.1" },
        ],
      },
    ],
  });
  return { caPem: ca.cert, certPem: server.cert, keyPem: server.private };
}
