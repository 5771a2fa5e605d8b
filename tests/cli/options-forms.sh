# --name VALUE, --name=VALUE, -xVALUE, options after arguments and before the command, --.
detente simulate data/tank.mdl --save=level --set=inflow=0 | tail -1
detente simulate -pinflow=0 data/tank.mdl --save level | tail -1
detente --save level -p inflow=0 simulate -- data/tank.mdl | tail -1
detente simulate data/tank.mdl --save Level,DRAIN_RATE -p INFLOW=0 -p 'Drain  Rate=0' | tail -1
