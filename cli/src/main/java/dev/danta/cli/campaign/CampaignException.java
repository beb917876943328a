package dev.danta.cli.campaign;

/** Something did not come about as it should have; the message says what. */
public final class CampaignException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CampaignException(String message) {
        super(message);
    }
}
