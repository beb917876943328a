package dev.danta.check;

/** Accepts everything and never changes, one partition for each input; tests override what they are about. */
class PlainModel implements Model<String, String, String> {
    @Override
    public String name() {
        return "plain";
    }

    @Override
    public String init(String partition) {
        return "";
    }

    @Override
    public String partitionOf(String input) {
        return input;
    }

    @Override
    public Step<String> step(String state, String input, String output, Cancellation cancellation) {
        return Step.legal(state);
    }

    @Override
    public String stepUnknown(String state, String input, Cancellation cancellation) {
        return state;
    }

    @Override
    public boolean readOnly(String input) {
        return false;
    }
}
