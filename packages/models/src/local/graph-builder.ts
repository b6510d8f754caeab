import onnxProto, { type onnx as Onnx } from "onnx-proto";
import type { StoredTensor } from "./safetensors.ts";

// The package is CommonJS, so its namespace comes by the default import.
const { onnx } = onnxProto;

/** Domain of the fused operators that onnxruntime adds to the standard ones. */
export const fusedDomain = "com.microsoft";

export interface NodeOptions {
  domain?: string;
  attributes?: Onnx.IAttributeProto[];
}

/** A value that goes into a graph or comes out of it; a dimension that has a name has any size. */
export interface GraphValue {
  name: string;
  type: "int64" | "float32";
  dims: readonly (string | number)[];
}

/**
 * Writes an ONNX model over weights as they are stored: half precision stays half precision in the bytes, and a cast of each constant is left
 * to onnxruntime, which folds it when it loads the model. Collects nodes and constants; each method gives the name of the value it adds.
 */
export class GraphBuilder {
  readonly #weights: ReadonlyMap<string, StoredTensor>;
  readonly #nodes: Onnx.INodeProto[] = [];
  readonly #constants = new Map<string, Onnx.ITensorProto>();

  constructor(weights: ReadonlyMap<string, StoredTensor>) {
    this.#weights = weights;
  }

  node(opType: string, input: string[], { domain = "", attributes = [] }: NodeOptions = {}): string {
    const output = `${opType}_${this.#nodes.length}`;
    this.#nodes.push({ opType, domain, input, output: [output], name: output, attribute: attributes });
    return output;
  }

  /** A stored tensor as float32. */
  weight(name: string): string {
    return this.#widen(this.#stored(name), name);
  }

  /** Rows of a stored table as float32. The table itself stays as it is stored, which saves memory. */
  row(table: string, indices: string): string {
    const stored = this.#stored(table);
    return this.#widen(stored, this.node("Gather", [table, indices]));
  }

  /** A linear layer's weights, stored [out, in], as [in, out]. */
  matrix(name: string): string {
    return this.transpose(this.weight(name));
  }

  transpose(matrix: string): string {
    return this.node("Transpose", [matrix], { attributes: [integers("perm", [1, 0])] });
  }

  norm(prefix: string): [string, string] {
    return [this.weight(`${prefix}.weight`), this.weight(`${prefix}.bias`)];
  }

  concat(inputs: string[], axis: number): string {
    return this.node("Concat", inputs, { attributes: [integer("axis", axis)] });
  }

  /** Whole numbers in a row. */
  integers(values: readonly number[]): string {
    const dataType = onnx.TensorProto.DataType.INT64;
    const rawData = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    return this.#constant({ name: `integers ${values.join(",")}`, dims: [values.length], dataType, rawData });
  }

  encode(name: string, { inputs, output, from }: { inputs: readonly GraphValue[]; output: GraphValue; from: string }): Uint8Array {
    this.#nodes.push({ opType: "Identity", input: [from], output: [output.name], name: output.name });
    const graph: Onnx.IGraphProto = {
      name,
      node: this.#nodes,
      initializer: [...this.#constants.values()],
      input: inputs.map(valueInfo),
      output: [valueInfo(output)],
    };
    const opsetImport = [
      { domain: "", version: 17 },
      { domain: fusedDomain, version: 1 },
    ];
    return onnx.ModelProto.encode({ irVersion: 8, producerName: "parlance", opsetImport, graph }).finish();
  }

  #constant(tensor: Onnx.ITensorProto & { name: string }): string {
    this.#constants.set(tensor.name, tensor);
    return tensor.name;
  }

  #stored(name: string): StoredTensor {
    const stored = this.#weights.get(name);
    if (!stored) {
      throw new Error(`The weights lack ${name}.`);
    }
    this.#constant({ name, dims: stored.shape, dataType: dataTypeOf(stored), rawData: stored.bytes });
    return stored;
  }

  #widen({ dtype }: StoredTensor, value: string): string {
    const to = onnx.TensorProto.DataType.FLOAT;
    return dtype === "F32" ? value : this.node("Cast", [value], { attributes: [integer("to", to)] });
  }
}

export function integer(name: string, i: number): Onnx.IAttributeProto {
  return { name, type: onnx.AttributeProto.AttributeType.INT, i };
}

export function integers(name: string, ints: number[]): Onnx.IAttributeProto {
  return { name, type: onnx.AttributeProto.AttributeType.INTS, ints };
}

export function float(name: string, f: number): Onnx.IAttributeProto {
  return { name, type: onnx.AttributeProto.AttributeType.FLOAT, f };
}

function dataTypeOf({ dtype }: StoredTensor): number {
  const { FLOAT16, FLOAT } = onnx.TensorProto.DataType;
  return dtype === "F16" ? FLOAT16 : FLOAT;
}

function valueInfo({ name, type, dims }: GraphValue): Onnx.IValueInfoProto {
  const { INT64, FLOAT } = onnx.TensorProto.DataType;
  const dim = dims.map((size) => (typeof size === "number" ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: type === "int64" ? INT64 : FLOAT, shape: { dim } } } };
}
