import onnxProto, { type onnx as Onnx } from "onnx-proto";
import type { StoredTensor } from "./safetensors.ts";

// The package is CommonJS, so its namespace comes by the default import.
const { onnx } = onnxProto;

const hiddenSize = 384;
const layerCount = 6;
const headCount = 12;
const normEpsilon = 1e-12;
/** Domain of the fused operators that onnxruntime adds to the standard ones. */
const fusedDomain = "com.microsoft";

/**
 * Writes all-MiniLM-L6-v2 as an ONNX model over the weights as they are stored: half precision stays half precision in the
 * bytes, and a cast and transpose of each constant is left to onnxruntime, which folds them when it loads the model.
 *
 * One text a run, because padding several to one length was measured to gain nothing on a CPU.
 * Inputs: `ids` int64 [1, length] and `positions` int64 [1, length]. Output: `hidden` float32 [1, length, 384].
 */
export function buildMiniLmGraph(weights: ReadonlyMap<string, StoredTensor>): Uint8Array {
  const graph = new GraphBuilder(weights);
  let hidden = embeddings(graph);
  for (let layer = 0; layer < layerCount; layer += 1) {
    hidden = encoderLayer(graph, `encoder.layer.${layer}`, hidden);
  }
  return graph.encode(hidden);
}

function embeddings(graph: GraphBuilder): string {
  const words = graph.row("embeddings.word_embeddings.weight", "ids");
  const positions = graph.row("embeddings.position_embeddings.weight", "positions");
  const segment = graph.row("embeddings.token_type_embeddings.weight", graph.zero());
  const placed = graph.node("Add", [positions, segment]);
  return graph.node("SkipLayerNormalization", [words, placed, ...graph.norm("embeddings.LayerNorm")], {
    domain: fusedDomain,
    attributes: [epsilon()],
  });
}

function encoderLayer(graph: GraphBuilder, prefix: string, input: string): string {
  const attention = `${prefix}.attention`;
  const parts = ["query", "key", "value"].map((part) => `${attention}.self.${part}`);
  const matrix = graph.concat(
    parts.map((part) => graph.matrix(`${part}.weight`)),
    1,
  );
  const bias = graph.concat(
    parts.map((part) => graph.weight(`${part}.bias`)),
    0,
  );
  const attended = graph.node("Attention", [input, matrix, bias], {
    domain: fusedDomain,
    attributes: [{ name: "num_heads", type: onnx.AttributeProto.AttributeType.INT, i: headCount }],
  });
  const mixed = residual(graph, `${attention}.output`, attended, input);
  const wide = graph.node("MatMul", [mixed, graph.matrix(`${prefix}.intermediate.dense.weight`)]);
  const active = graph.node("BiasGelu", [wide, graph.weight(`${prefix}.intermediate.dense.bias`)], { domain: fusedDomain });
  return residual(graph, `${prefix}.output`, active, mixed);
}

/** Linear layer, sum with what came in, and layer norm. */
function residual(graph: GraphBuilder, prefix: string, input: string, skip: string): string {
  const projected = graph.node("MatMul", [input, graph.matrix(`${prefix}.dense.weight`)]);
  const rest = [...graph.norm(`${prefix}.LayerNorm`), graph.weight(`${prefix}.dense.bias`)];
  return graph.node("SkipLayerNormalization", [projected, skip, ...rest], { domain: fusedDomain, attributes: [epsilon()] });
}

function epsilon(): Onnx.IAttributeProto {
  return { name: "epsilon", type: onnx.AttributeProto.AttributeType.FLOAT, f: normEpsilon };
}

interface NodeOptions {
  domain?: string;
  attributes?: Onnx.IAttributeProto[];
}

/** Collects nodes and constants; each method gives the name of the value it adds. */
class GraphBuilder {
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

  /** Rows of a stored table as float32. The table itself stays in half precision, which halves its memory. */
  row(table: string, indices: string): string {
    const stored = this.#stored(table);
    return this.#widen(stored, this.node("Gather", [table, indices]));
  }

  /** A linear layer's weights, stored [out, in], as [in, out]. */
  matrix(name: string): string {
    return this.node("Transpose", [this.weight(name)], {
      attributes: [{ name: "perm", type: onnx.AttributeProto.AttributeType.INTS, ints: [1, 0] }],
    });
  }

  norm(prefix: string): [string, string] {
    return [this.weight(`${prefix}.weight`), this.weight(`${prefix}.bias`)];
  }

  concat(inputs: string[], axis: number): string {
    return this.node("Concat", inputs, { attributes: [integer("axis", axis)] });
  }

  zero(): string {
    const dataType = onnx.TensorProto.DataType.INT64;
    this.#constants.set("zero", { name: "zero", dims: [1], dataType, rawData: new Uint8Array(8) });
    return "zero";
  }

  #stored(name: string): StoredTensor {
    const stored = this.#weights.get(name);
    if (!stored) {
      throw new Error(`The weights lack ${name}.`);
    }
    const { FLOAT16, FLOAT } = onnx.TensorProto.DataType;
    const dataType = stored.dtype === "F16" ? FLOAT16 : FLOAT;
    this.#constants.set(name, { name, dims: stored.shape, dataType, rawData: stored.bytes });
    return stored;
  }

  #widen({ dtype }: StoredTensor, value: string): string {
    const to = onnx.TensorProto.DataType.FLOAT;
    return dtype === "F16" ? this.node("Cast", [value], { attributes: [integer("to", to)] }) : value;
  }

  encode(hidden: string): Uint8Array {
    const { INT64, FLOAT } = onnx.TensorProto.DataType;
    this.#nodes.push({ opType: "Identity", input: [hidden], output: ["hidden"], name: "hidden" });
    const graph: Onnx.IGraphProto = {
      name: "all-MiniLM-L6-v2",
      node: this.#nodes,
      initializer: [...this.#constants.values()],
      input: [tensorInfo("ids", INT64, [1, "length"]), tensorInfo("positions", INT64, [1, "length"])],
      output: [tensorInfo("hidden", FLOAT, [1, "length", hiddenSize])],
    };
    const opsetImport = [
      { domain: "", version: 17 },
      { domain: fusedDomain, version: 1 },
    ];
    return onnx.ModelProto.encode({ irVersion: 8, producerName: "parlance", opsetImport, graph }).finish();
  }
}

function integer(name: string, i: number): Onnx.IAttributeProto {
  return { name, type: onnx.AttributeProto.AttributeType.INT, i };
}

function tensorInfo(name: string, elemType: number, dims: (string | number)[]): Onnx.IValueInfoProto {
  const dim = dims.map((size) => (typeof size === "number" ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}
