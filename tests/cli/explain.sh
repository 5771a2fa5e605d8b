detente explain data/tank.mdl outflow
