export { Engine, EngineError, type EngineName } from "./engine.ts";
export { enginesOfRun, removeEngines, startEngines, type Engines } from "./engines.ts";
export { freePorts } from "./free-ports.ts";
