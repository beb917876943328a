package dev.danta.txn.client;

/**
 * Keeps retries in proportion to successes, so that a client does not make an overload worse: each retry takes a token,
 * each success gives some back. Not thread-safe.
 */
public final class RetryBudget {
    private final int tokensMax;
    private final int tokensPerSuccess;
    private int tokens;

    /** A full budget. */
    public RetryBudget(int tokensMax, int tokensPerSuccess) {
        if (tokensMax < 1 || tokensPerSuccess < 1) {
            throw new IllegalArgumentException("a budget needs tokens");
        }
        this.tokensMax = tokensMax;
        this.tokensPerSuccess = tokensPerSuccess;
        this.tokens = tokensMax;
    }

    /** Takes a token, if there is one. */
    public boolean tryTake() {
        if (tokens == 0) {
            return false;
        }
        tokens--;
        return true;
    }

    public void onSuccess() {
        tokens = Math.min(tokensMax, tokens + tokensPerSuccess);
    }
}
