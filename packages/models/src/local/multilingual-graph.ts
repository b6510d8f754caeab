import { float, GraphBuilder, integer, integers } from "./graph-builder.ts";
import type { StoredTensor } from "./safetensors.ts";

/** Numbers of a token's vector. */
export const tokenWidth = 512;
const windowWidth = 256;
/** Widths of the windows over tokens, and how many tokens of each stand before the one that it is for. */
const windows = [
  { width: 2, before: 0 },
  { width: 3, before: 1 },
  { width: 5, before: 2 },
];
const epsilon = float("epsilon", 1e-12);

/** That it was trained on, ISO 639-1. */
export const multilingualLanguages = "ar de en es fr it ja ko nl pl pt ru th tr zh".split(" ");

/** Directions of the sentence's vector that are kept; with the vector of the English model and one number more they make 576. */
export const multilingualDimension = 191;

/**
 * Writes the Universal Sentence Encoder, multilingual, version 3 (Yang et al. 2019, "Multilingual Universal Sentence Encoder for Semantic Retrieval", its
 * convolutional form) as an ONNX model: token vectors, and what windows of two, three and five of them hold, are summed and go through four
 * layers. The vector is brought to the directions in which texts differ most.
 *
 * One text a run. Input: `tokens` float32 [length, 512], the marks at the ends included. Output: `sentence` float32 [1, 191], not normalised.
 */
export function buildMultilingualGraph(weights: ReadonlyMap<string, StoredTensor>): Uint8Array {
  const graph = new GraphBuilder(weights);
  const tokens = "tokens";
  const projected = linear(graph, "project", tokens);
  const parts = graph.node("LayerNormalization", [projected, ...graph.norm("project.norm")], { attributes: [epsilon] });
  const seen = windows.map((window, index) => windowed(graph, window, columns(graph, parts, index)));
  const features = graph.node("LayerNormalization", [graph.concat([tokens, ...seen], 1), ...graph.norm("features.norm")], {
    attributes: [epsilon],
  });
  const vector = graph.node("MatMul", [sentence(graph, pooled(graph, features)), graph.weight("directions")]);
  const inputs = [{ name: tokens, type: "float32" as const, dims: ["length", tokenWidth] }];
  const output = { name: "sentence", type: "float32" as const, dims: [1, multilingualDimension] };
  return graph.encode("universal-sentence-encoder-multilingual-3", { inputs, output, from: vector });
}

/** The part of [length, 768] that belongs to a window, as a convolution has it: [1, 256, length]. */
function columns(graph: GraphBuilder, parts: string, index: number): string {
  const [from, to] = [index * windowWidth, (index + 1) * windowWidth];
  const part = graph.node("Slice", [parts, graph.integers([from]), graph.integers([to]), graph.integers([1])]);
  return graph.node("Unsqueeze", [graph.transpose(part), graph.integers([0])]);
}

/** Two convolutions, each added to what it is made from, as [length, 256]. */
function windowed(graph: GraphBuilder, { width, before }: { width: number; before: number }, input: string): string {
  const attributes = [integers("kernel_shape", [width]), integers("pads", [before, width - 1 - before])];
  const output = [0, 1].reduce((value, layer) => {
    const wide = graph.node("Conv", [value, ...graph.norm(`window.${width}.${layer}`)], { attributes });
    return graph.node("Add", [graph.node("Relu", [wide]), value]);
  }, input);
  return graph.transpose(graph.node("Squeeze", [output, graph.integers([0])]));
}

/** The sum of all tokens over the root of their number: [1, 512]. A sum goes through a linear layer as its parts would. */
function pooled(graph: GraphBuilder, features: string): string {
  const sum = graph.node("ReduceSum", [features, graph.integers([0])], { attributes: [integer("keepdims", 1)] });
  const shape = graph.node("Shape", ["tokens"], { attributes: [integer("end", 1)] });
  const length = graph.node("Cast", [shape], { attributes: [integer("to", 1)] });
  const projected = graph.node("MatMul", [sum, graph.weight("pool.weight")]);
  const all = graph.node("Add", [projected, graph.node("Mul", [length, graph.weight("pool.bias")])]);
  return graph.node("Div", [all, graph.node("Sqrt", [length])]);
}

/** Four layers, every second of which also has what the one before the last made: [1, 512]. */
function sentence(graph: GraphBuilder, input: string): string {
  const layer = (value: string, name: string) => graph.node("MatMul", [value, graph.weight(`dense.${name}`)]);
  const relu = (value: string) => graph.node("Relu", [value]);
  const first = relu(layer(input, "d0"));
  const second = relu(graph.node("Add", [layer(input, "p1"), layer(first, "d1")]));
  const third = relu(layer(second, "d2"));
  return graph.node("Tanh", [graph.node("Add", [layer(second, "p3"), layer(third, "d3")])]);
}

function linear(graph: GraphBuilder, name: string, input: string): string {
  return graph.node("Add", [graph.node("MatMul", [input, graph.weight(`${name}.weight`)]), graph.weight(`${name}.bias`)]);
}
