package dev.danta.cli.status;

/** What a word tells by its colour, where there are colours; the words say it too. */
enum Tone {
    PLAIN(""),
    GOOD("32"),
    ATTENTION("33"),
    BAD("31"),
    FAINT("2"),
    TITLE("1");

    private final String code;

    Tone(String code) {
        this.code = code;
    }

    /** Its number for a terminal; empty for none. */
    String code() {
        return code;
    }
}
