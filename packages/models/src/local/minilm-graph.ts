import { float, fusedDomain, GraphBuilder, integer } from "./graph-builder.ts";
import type { StoredTensor } from "./safetensors.ts";

const hiddenSize = 384;
const layerCount = 6;
const headCount = 12;
const epsilon = float("epsilon", 1e-12);

/**
 * Writes all-MiniLM-L6-v2 as an ONNX model.
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
  const inputs = ["ids", "positions"].map((name) => ({ name, type: "int64" as const, dims: [1, "length"] }));
  const output = { name: "hidden", type: "float32" as const, dims: [1, "length", hiddenSize] };
  return graph.encode("all-MiniLM-L6-v2", { inputs, output, from: hidden });
}

function embeddings(graph: GraphBuilder): string {
  const words = graph.row("embeddings.word_embeddings.weight", "ids");
  const positions = graph.row("embeddings.position_embeddings.weight", "positions");
  const segment = graph.row("embeddings.token_type_embeddings.weight", graph.integers([0]));
  const placed = graph.node("Add", [positions, segment]);
  return graph.node("SkipLayerNormalization", [words, placed, ...graph.norm("embeddings.LayerNorm")], {
    domain: fusedDomain,
    attributes: [epsilon],
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
    attributes: [integer("num_heads", headCount)],
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
  return graph.node("SkipLayerNormalization", [projected, skip, ...rest], { domain: fusedDomain, attributes: [epsilon] });
}
