# One-line aliases of start.py; everything they do can be typed without make.
.PHONY: up down status reset doctor setup test test-web wheels
up down status reset doctor setup test test-web wheels: ; @python3 start.py $@ $(ARGS)
