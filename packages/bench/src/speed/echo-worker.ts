import type { AddressInfo } from "node:net";
import express from "express";
import { serve } from "./child.ts";

/** A bare express that reads JSON and sends it back. */
const app = express();
app.use(express.json());
app.post("/echo", (req, res) => {
  res.json(req.body);
});
const server = app.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  serve({ url: `http://127.0.0.1:${port}/echo` }, {});
});
