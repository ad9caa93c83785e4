// The part of aws4fetch that the driver for S3 uses. Its own declarations need the types of a browser.

/** Signs one request with AWS Signature Version 4. */
export declare class AwsV4Signer {
  constructor(request: {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
    readonly service: string;
    readonly region: string;
  });
  sign(): Promise<{ readonly url: URL; readonly headers: Headers }>;
}
