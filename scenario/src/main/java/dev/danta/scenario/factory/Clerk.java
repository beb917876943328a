package dev.danta.scenario.factory;

import dev.danta.scenario.Application;
import dev.danta.scenario.Application.Done;
import dev.danta.scenario.Port;
import java.util.function.Consumer;

/** Somebody who works in a plant, or buys from it: a bit of everything. */
final class Clerk implements Application.Step {
    private static final int PERCENT = 100;

    private final Port port;
    private final Board board;
    private final Orders orders;
    private final Store store;
    private final Lines lines;
    private final Views views;

    Clerk(Plant plant, Ledger ledger, Board board, Port port, String name) {
        this.port = port;
        this.board = board;
        this.orders = new Orders(plant, ledger, port, name + ".o");
        this.store = new Store(plant, ledger, port, name + ".s");
        this.lines = new Lines(plant, ledger, port, name + ".l");
        this.views = new Views(plant, ledger, port, name + ".v");
    }

    @Override
    public void next(Consumer<Done> then) {
        long dice = port.draw(PERCENT);
        if (dice < 29) {
            orders.order(then);
        } else if (dice < 49) {
            orders.pick(then);
        } else if (dice < 54) {
            orders.cancel(then);
        } else if (dice < 67) {
            store.receive(then);
        } else if (dice < 75) {
            store.move(then);
        } else if (dice < 78) {
            store.lose(then);
        } else if (dice < 85) {
            lines.reserveSlot(then);
        } else if (dice < 88) {
            lines.setMachine(then);
        } else if (dice < 93) {
            orders.promise(then);
        } else if (dice < 96) {
            views.watch(board, then);
        } else if (dice < 97) {
            store.giveBack(then);
        } else {
            views.fold(then);
        }
    }
}
