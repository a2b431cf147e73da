import com.fasterxml.jackson.databind.ObjectMapper;
import com.meschain.bi.ApiClient;
import com.meschain.bi.ApiException;
import com.meschain.bi.api.FiguresApi;
import com.meschain.bi.api.IngestApi;
import com.meschain.bi.model.Batch;
import com.meschain.bi.model.BatchStatus;
import com.meschain.bi.model.Dashboard;
import com.meschain.bi.model.FileKind;
import com.meschain.bi.model.Metric;
import com.meschain.bi.model.Problem;
import com.meschain.bi.model.Tile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Calls the API by the client for Java; see README.md beside it. */
public final class Call {
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private Call() {}

    public static void main(String[] arguments) throws Exception {
        String key = arguments[1];
        String company = arguments[2];
        ApiClient client = new ApiClient();
        client.updateBaseUri(arguments[0]);
        client.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + key));
        FiguresApi figures = new FiguresApi(client);
        IngestApi ingest = new IngestApi(client);

        Dashboard dashboard = figures.getDashboard(company);
        Tile revenue = dashboard.getTiles().stream()
                .filter(tile -> tile.getMetric() == Metric.NET_REVENUE)
                .findFirst()
                .orElseThrow();

        String body = Files.readString(Path.of(arguments[4]));
        Batch sent = ingest.sendBatch(company, body, FileKind.SALES, null, "java-1");
        long began = System.nanoTime();
        Batch batch = sent;
        while (batch.getStatus() == BatchStatus.STORED && System.nanoTime() - began < PATIENCE_NANOS) {
            Thread.sleep(20);
            batch = ingest.getBatch(sent.getBatch(), company);
        }
        Batch again = ingest.sendBatch(company, body, FileKind.SALES, null, "java-1");

        Map<String, Object> refusal = new LinkedHashMap<>();
        try {
            figures.getManifest(arguments[3]);
            refusal.put("status", 200);
        } catch (ApiException refused) {
            Problem problem = client.getObjectMapper().readValue(refused.getResponseBody(), Problem.class);
            refusal.put("status", problem.getStatus());
            refusal.put("type", problem.getType().getValue());
            refusal.put("named", problem.getRequestId() != null);
        }
        Map<String, Object> seen = new LinkedHashMap<>();
        seen.put("company", dashboard.getCompany());
        seen.put("currency", dashboard.getCurrency().getValue());
        seen.put("tiles", dashboard.getTiles().size());
        seen.put("net_revenue", revenue.getValue());
        seen.put("gaps", revenue.getSparkline().stream().filter(Objects::isNull).count());
        seen.put("points", revenue.getSparkline().size());
        seen.put("status", batch.getStatus().getValue());
        seen.put("taken", batch.getReport().getTaken());
        seen.put("reason", batch.getReport().getExamples().get(0).getReason());
        seen.put("is_same", again.getBatch().equals(sent.getBatch()));
        seen.put("refusal", refusal);
        System.out.println(new ObjectMapper().writeValueAsString(seen));
    }
}
