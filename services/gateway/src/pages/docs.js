window.addEventListener("load", () => {
  document.documentElement.classList.toggle("dark-mode", matchMedia("(prefers-color-scheme: dark)").matches);
  // Without validatorUrl the page would send the document to a foreign server.
  SwaggerUIBundle({ url: "/docs/openapi.yaml", dom_id: "#docs", deepLinking: true, validatorUrl: null });
});
