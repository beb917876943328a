package dev.danta.check.report;

import dev.danta.check.Result;
import dev.danta.check.judge.Judgement;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Verdicts as the XML that build servers read: a test case for each history, and for each key that is not valid another one.
 * What is not known is an error and not a failure, and never a pass. Not thread-safe.
 */
public final class JunitReport {
    private final StringBuilder cases = new StringBuilder();
    private int tests;
    private int failures;
    private int errors;
    private long millis;

    /** Adds a history that was judged. */
    public void add(String name, String model, Judgement<?, ?> judgement) {
        Result<?, ?> result = judgement.result();
        long took = result.progress().elapsed().toMillis();
        if (result instanceof Result.Invalid<?, ?> invalid) {
            for (Result.Failure<?, ?> failure : invalid.failures()) {
                String of = failure.partition().isEmpty() ? name : name + " key " + failure.partition();
                failures++;
                testCase(of, model, took, "failure", failure.explanation(), sentence(judgement));
                took = 0;
            }
        } else if (result instanceof Result.Unknown<?, ?>) {
            errors++;
            testCase(name, model, took, "error", result.sentence(), null);
        } else {
            testCase(name, model, took, null, "", null);
        }
    }

    private static @Nullable String sentence(Judgement<?, ?> judgement) {
        return judgement.explanation() == null ? null : judgement.explanation().sentence();
    }

    /** Adds what is no history. */
    public void addMalformed(String name, String fault) {
        errors++;
        testCase(name, "malformed", 0, "error", fault, null);
    }

    private void testCase(
            String name, String model, long took, @Nullable String outcome, String message, @Nullable String text) {
        tests++;
        millis += took;
        cases.append("  <testcase classname=\"danta.check.")
                .append(attribute(model))
                .append("\" name=\"")
                .append(attribute(name))
                .append("\" time=\"")
                .append(seconds(took));
        if (outcome == null) {
            cases.append("\"/>\n");
            return;
        }
        cases.append("\">\n    <")
                .append(outcome)
                .append(" message=\"")
                .append(attribute(message))
                .append("\">");
        cases.append(text == null ? "" : attribute(text))
                .append("</")
                .append(outcome)
                .append(">\n  </testcase>\n");
    }

    /** The document. */
    public String render() {
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"danta check\" tests=\"" + tests
                + "\" failures=\"" + failures + "\" errors=\"" + errors + "\" skipped=\"0\" time=\"" + seconds(millis)
                + "\">\n" + cases + "</testsuite>\n";
    }

    private static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.3f", millis / 1e3);
    }

    /** XML has no way to write most control characters, so they become blanks. */
    private static String attribute(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                default -> {
                    boolean allowed = c >= ' ' && c != 0xfffe && c != 0xffff && (c < 0xd800 || c > 0xdfff);
                    out.appendCodePoint(allowed ? c : ' ');
                }
            }
        });
        return out.toString();
    }
}
