/** `/healthz` and `/metrics`, for the machine's own supervision: on loopback only. */
import type { RequestListener, ServerResponse } from "node:http";
import { answer, answerJson, answerText, pathOf } from "./answer.ts";
import type { HealthReport } from "./health.ts";

export interface AdminPagesOptions {
  health(): Promise<HealthReport>;
  registry: { contentType: string; metrics(): Promise<string> };
  onError(error: unknown): void;
}

export function adminPages({ health, registry, onError }: AdminPagesOptions): RequestListener {
  async function respond(path: string | undefined, response: ServerResponse): Promise<void> {
    if (path === "/healthz") {
      const report = await health();
      return answerJson(response, report.ok ? 200 : 503, report);
    }
    if (path === "/metrics") return answer(response, 200, registry.contentType, await registry.metrics());
    answerText(response, 404, "There are /healthz and /metrics");
  }

  return (request, response) => {
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("X-Content-Type-Options", "nosniff");
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("Allow", "GET, HEAD");
      return answerText(response, 405, "Only GET and HEAD");
    }
    respond(pathOf(request), response).catch((error: unknown) => {
      onError(error);
      if (!response.headersSent) answerText(response, 500, "The service failed: its log says why");
    });
  };
}
