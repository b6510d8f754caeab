import { Code, ConnectError } from "@connectrpc/connect";
import { common } from "@parlance/contracts";

/** What an RPC failed with. @throws Error when it did not fail, and whatever is no failure of an RPC */
export async function failureOf(call: Promise<unknown>): Promise<{ reason: string | undefined; code: string; message: string }> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    const [info] = error.findDetails(common.ErrorInfoSchema);
    return { reason: info?.reason, code: Code[error.code], message: error.rawMessage };
  }
  throw new Error("the call did not fail");
}
