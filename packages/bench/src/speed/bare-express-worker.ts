import express from "express";

/** The least that serves HTTP with express, to tell how much of a start is not ours. */
const app = express();
app.get("/readyz", (_req, res) => {
  res.json({ status: "ready" });
});
app.listen(Number(process.env["PARLANCE_PORT"]), "127.0.0.1");
