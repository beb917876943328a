package dev.danta.client;

import java.util.List;
import java.util.Optional;

/**
 * What became of a request to reserve.
 *
 * @param reservation the reservation under the id; empty if there was not enough
 * @param missing those items of which there was not enough; empty if there is a reservation
 */
public record ReserveResult(Optional<Reservation> reservation, List<Reservation.Item> missing) {
    public ReserveResult {
        missing = List.copyOf(missing);
    }

    /** Whether there is a reservation, and what it is of is set aside. */
    public boolean isHeld() {
        return reservation
                .filter(one -> one.status() == Reservation.Status.HELD)
                .isPresent();
    }
}
