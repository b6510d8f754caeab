window.addEventListener("load", () => {
  // Without validatorUrl the page would send the document to a foreign server.
  SwaggerUIBundle({ url: "/docs/openapi.yaml", dom_id: "#docs", deepLinking: true, validatorUrl: null });
});
