package dev.danta.check.report;

/** Foreign text as a page shows it. */
final class Html {
    private static final int TEXT_MAX = 600;

    private Html() {}

    /** Of a clause a sentence, safe in text. */
    static String sentence(String clause) {
        return text(Character.toUpperCase(clause.charAt(0)) + clause.substring(1) + ".");
    }

    /** Safe in text and in attributes, and not too long. */
    static String text(String text) {
        String brief = text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX - 3) + "...";
        StringBuilder out = new StringBuilder(brief.length() + 16);
        for (int i = 0; i < brief.length(); i++) {
            char c = brief.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.append(Character.isISOControl(c) ? ' ' : c);
            }
        }
        return out.toString();
    }
}
